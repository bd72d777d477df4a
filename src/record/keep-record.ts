import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Http } from '../net/http.ts';
import type { RunCommand } from '../process/run-command.ts';
import { uploadArtifact, type ArtifactService } from './artifact-service.ts';
import { expiryOf, type RecordOrder } from './record-order.ts';

export interface KeepPorts {
  readonly run: RunCommand;
  readonly http: Http;
  readonly signal: AbortSignal;
  /** Null where the runner has no artifact service. */
  readonly service: ArtifactService | null;
  /** A folder for the record on its way. */
  readonly folder: string;
  /** The repository's own limit in days, GITHUB_RETENTION_DAYS. */
  readonly retentionLimit: string | undefined;
  readonly nowMs: number;
}

export interface KeptRecord {
  readonly name: string;
  readonly artifactId: string;
  readonly sizeBytes: number;
  /** How many builds are in it. */
  readonly builds: number;
  /** What was built, as the summary calls it. */
  readonly of: string;
}

export type Kept =
  { readonly kind: 'kept'; readonly record: KeptRecord } | { readonly kind: 'lost'; readonly problem: string };

const EXPORT_TIMEOUT_MS = 60_000;
/** Until a record is complete, for a buildx that cannot ask (docker/actions-toolkit src/buildx/history.ts `export`). */
const SETTLE_MS = 3000;

const Order = z.object({
  buildx: z.array(z.string()),
  canFinalize: z.boolean(),
  refs: z.array(z.object({ builder: z.string(), node: z.string(), id: z.string() })),
  name: z.string(),
  of: z.string(),
  retentionDays: z.number().nullable(),
});

/** The order that the main step saved, or null. */
export function readOrder(text: string): RecordOrder | null {
  try {
    return Order.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Exports the build record and uploads it as an artifact. Whatever goes wrong is an answer: no build fails by it. */
export async function keepRecord(order: RecordOrder, ports: KeepPorts): Promise<Kept> {
  const { service } = ports;
  if (service === null) return { kind: 'lost', problem: 'this runner has no artifact service' };
  const file = join(ports.folder, order.name);
  if (!order.canFinalize) await sleep(SETTLE_MS);
  const exported = await exportRecord(order, file, ports.run);
  if (exported.kind === 'failed') return { kind: 'lost', problem: exported.problem };
  const content = await readFile(file).catch(() => null);
  if (content === null) return { kind: 'lost', problem: 'buildx wrote no build record' };
  const expiresAt = expiryOf(order.retentionDays, ports.retentionLimit, ports.nowMs);
  const artifact = { name: order.name, content, expiresAt };
  const uploaded = await uploadArtifact(ports.http, service, artifact, ports.signal);
  if (uploaded.kind === 'failed') return { kind: 'lost', problem: uploaded.problem };
  const { id: artifactId } = uploaded;
  return {
    kind: 'kept',
    record: { name: order.name, artifactId, sizeBytes: content.length, builds: exported.builds, of: order.of },
  };
}

type Exported =
  { readonly kind: 'exported'; readonly builds: number } | { readonly kind: 'failed'; readonly problem: string };

/** All builds in one file; where one of them has left no record, the last one alone. */
async function exportRecord(order: RecordOrder, file: string, run: RunCommand): Promise<Exported> {
  const all = await exportBuilds(order, order.refs, file, run);
  return all.kind === 'exported' || order.refs.length < 2
    ? all
    : await exportBuilds(order, order.refs.slice(-1), file, run);
}

async function exportBuilds(
  order: RecordOrder,
  refs: RecordOrder['refs'],
  file: string,
  run: RunCommand,
): Promise<Exported> {
  const [{ builder } = { builder: '' }] = refs;
  const ids = refs.map(({ id }) => id);
  const words = [...order.buildx, 'history', 'export', '--builder', builder, '--output', file, ...ids];
  const outcome = await run([...words, ...(order.canFinalize ? ['--finalize'] : [])], { timeoutMs: EXPORT_TIMEOUT_MS });
  if (outcome.kind === 'failed') return { kind: 'failed', problem: outcome.reason };
  if (outcome.code === 0) return { kind: 'exported', builds: refs.length };
  const last = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return { kind: 'failed', problem: `buildx history export: ${last}` };
}
