import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildxCommand } from '../facts/buildx.ts';
import { createHttp } from '../net/http.ts';
import { commandRunner } from '../process/run-command.ts';
import { artifactService } from '../record/artifact-service.ts';
import { buildRefs, buildxStateDirectory } from '../record/build-refs.ts';
import { keepRecord, type Kept } from '../record/keep-record.ts';
import { orderRecord, type Ordered, type RecordOrder } from '../record/record-order.ts';
import type { Result } from '../report/result.ts';
import type { Journal } from './journal.ts';
import { tellGroup } from './tell.ts';
import type { World } from './world.ts';

/** A record is a few hundred kilobytes: a job that is done does not wait longer for a service that says nothing. */
const TIMEOUT_MS = 12_000;

/**
 * Says which builds this run made, and whether their record will be kept; the words are docker/build-push-action's.
 *
 * @param of what was built, without secrets
 */
export async function orderBuildRecord(
  result: Result,
  of: string,
  env: World['env'],
  journal: Journal,
): Promise<Ordered> {
  const [first] = result.attempts;
  if (first === undefined) return { kind: 'none', reason: 'nothing was built' };
  const refs = await buildRefs(buildxStateDirectory(env), result.metadata, first.startedAtMs);
  const last = refs.at(-1);
  const ordered = orderRecord(result, refs, { env, buildx: buildxCommand(result.facts.buildx), of });
  if (result.inputs.form !== 'drop-in') return ordered;
  const reference = last ? `${last.builder}/${last.node}/${last.id}` : 'No build reference found';
  tellGroup(journal, 'Reference', [reference]);
  const support = ordered.kind === 'none' ? ordered.reason : 'Build summary supported!';
  tellGroup(journal, 'Check build summary support', [support]);
  return ordered;
}

/** Keeps the record, in the post step: nothing that follows in the job waits for it. */
export async function keepBuildRecord(order: RecordOrder, env: World['env']): Promise<Kept> {
  const folder = await mkdtemp(join(env['RUNNER_TEMP'] || tmpdir(), 'smart-docker-build-record-'));
  const http = createHttp();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await keepRecord(order, {
      run: commandRunner(env, signal),
      http,
      signal,
      service: artifactService(env),
      folder,
      retentionLimit: env['GITHUB_RETENTION_DAYS'],
      nowMs: Date.now(),
    });
  } finally {
    http.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
