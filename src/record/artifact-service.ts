import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Http, HttpOutcome, HttpRequest } from '../net/http.ts';

/*
 * The runner's artifact service, version 4, for one small file: CreateArtifact, an upload to the URL that it signs, and
 * FinalizeArtifact (actions/toolkit packages/artifact/src/internal/upload/upload-artifact.ts). `@actions/artifact` does
 * the same with an archiver, an Azure SDK and a GitHub client, megabytes that every user would fetch for two calls.
 */

/** Where and as whom this job uploads. */
export interface ArtifactService {
  readonly url: string;
  readonly token: string;
  /** How the run and the job are called behind the scenes. */
  readonly run: string;
  readonly job: string;
}

export interface Artifact {
  readonly name: string;
  readonly content: Buffer;
  /** When it may be deleted, RFC 3339; null leaves that to the repository. */
  readonly expiresAt: string | null;
}

export type Uploaded =
  { readonly kind: 'uploaded'; readonly id: string } | { readonly kind: 'failed'; readonly problem: string };

/** A single file, as it is; earlier versions are zip archives. */
const VERSION = 7;
const MEDIA_TYPE = 'application/octet-stream';
const ANSWER_BYTES = 64 * 1024;
const CALL_TIMEOUT_MS = 5_000;
const UPLOAD_TIMEOUT_MS = 10_000;
/** Waits before the second and the third try of a call that a busy service could not serve. */
const WAITS_MS = [1000, 3000];

const Created = z.object({ ok: z.literal(true), signed_upload_url: z.string() });
const Finalized = z.object({ ok: z.literal(true), artifact_id: z.union([z.string(), z.number()]) });
const Claims = z.object({ scp: z.string() });

/**
 * Reads the runner's variables and the job's names in its token, of which `scp` has `Actions.Results:RUN:JOB`
 * (packages/artifact/src/internal/shared/util.ts). Null where the runner has no such service.
 */
export function artifactService(env: Readonly<Record<string, string | undefined>>): ArtifactService | null {
  const token = env['ACTIONS_RUNTIME_TOKEN'] ?? '';
  const url = env['ACTIONS_RESULTS_URL'] ?? '';
  if (token === '' || url === '') return null;
  try {
    const { scp } = Claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
    const [, run, job] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)/.exec(scp) ?? [];
    return run === undefined || job === undefined ? null : { url, token, run, job };
  } catch {
    return null;
  }
}

/** Uploads a file as an artifact. Never rejects. */
export async function uploadArtifact(
  http: Http,
  service: ArtifactService,
  artifact: Artifact,
  signal: AbortSignal,
): Promise<Uploaded> {
  const { name, content, expiresAt } = artifact;
  const who = { workflow_run_backend_id: service.run, workflow_job_run_backend_id: service.job, name };
  const created = await call(http, service, 'CreateArtifact', Created, signal, {
    ...who,
    version: VERSION,
    mime_type: MEDIA_TYPE,
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
  });
  if (created.kind === 'failed') return created;
  const stored = await persistently(http, signal, UPLOAD_TIMEOUT_MS, {
    url: created.answer.signed_upload_url,
    method: 'PUT',
    headers: {
      'content-type': MEDIA_TYPE,
      'content-length': String(content.length),
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-blob-content-type': MEDIA_TYPE,
    },
    body: content,
  });
  if (stored.kind === 'failed') return { kind: 'failed', problem: `upload: ${stored.problem}` };
  const finalized = await call(http, service, 'FinalizeArtifact', Finalized, signal, {
    ...who,
    size: String(content.length),
    hash: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  });
  return finalized.kind === 'failed' ? finalized : { kind: 'uploaded', id: String(finalized.answer.artifact_id) };
}

type Failed = Extract<Uploaded, { readonly kind: 'failed' }>;

async function call<T>(
  http: Http,
  service: ArtifactService,
  method: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
  body: unknown,
): Promise<{ readonly kind: 'answered'; readonly answer: T } | Failed> {
  const url = `${service.url.replace(/\/$/, '')}/twirp/github.actions.results.api.v1.ArtifactService/${method}`;
  const sent = await persistently(http, signal, CALL_TIMEOUT_MS, {
    url,
    method: 'POST',
    headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (sent.kind === 'failed') return { kind: 'failed', problem: `${method}: ${sent.problem}` };
  const answer = schema.safeParse(jsonOf(sent.body));
  if (answer.success) return { kind: 'answered', answer: answer.data };
  return { kind: 'failed', problem: `${method}: the answer is not what the artifact service says` };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return null;
  }
}

/** Sends a request, and again where the service was busy or away. */
async function persistently(
  http: Http,
  signal: AbortSignal,
  timeoutMs: number,
  request: Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'>,
): Promise<{ readonly kind: 'answered'; readonly body: Buffer } | Failed> {
  for (let tries = 0; ; tries += 1) {
    const each = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const outcome = await http.request({ ...request, signal: each, maxBytes: ANSWER_BYTES });
    if (outcome.kind === 'response' && outcome.status < 300) return { kind: 'answered', body: outcome.body };
    const waitMs = WAITS_MS[tries];
    if (waitMs === undefined || signal.aborted || !mayPass(outcome)) return { kind: 'failed', problem: said(outcome) };
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function mayPass(outcome: HttpOutcome): boolean {
  return outcome.kind !== 'response' || outcome.status === 429 || outcome.status >= 500;
}

function said(outcome: HttpOutcome): string {
  return outcome.kind === 'response' ? `the artifact service answered ${outcome.status}` : outcome.message;
}
