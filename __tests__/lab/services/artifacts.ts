/**
 * The runner's artifact service, version 4: two Twirp calls in JSON around an upload to the blob store (actions/toolkit:
 * packages/artifact/src/generated/results/api/v1/artifact.ts). The job is named by the token and by the call.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { LabArtifact } from '../contract.ts';
import { signedBlobUrl } from './blob-store.ts';
import { answerJson, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';
import { jobIds, readRunnerToken } from './runner-token.ts';
import { parseBearer } from './tokens.ts';

const PATH = /\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/;
/** Characters that cannot be in an artifact's name (packages/artifact/src/internal/upload/path-and-artifact-name-validation.ts). */
const FORBIDDEN = /["<>|*?:\r\n\\/]/;

export interface StoredArtifact {
  readonly id: number;
  readonly blob: string;
  readonly name: string;
  readonly version: number;
  readonly expiresAt: string | null;
  complete: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Says whether the request was one of this service's. */
export async function serveArtifacts(lab: Lab, exchange: Exchange): Promise<boolean> {
  const method = PATH.exec(exchange.url.pathname)?.[1];
  if (method === undefined) {
    return false;
  }
  const isKnown = readRunnerToken(parseBearer(exchange.request.headers.authorization) ?? '') !== undefined;
  const fields = JSON.parse((await readBody(exchange.request)).toString()) as Fields;
  const { workflow_run_backend_id: run, workflow_job_run_backend_id: job } = fields;
  if (!isKnown || run !== jobIds.run || job !== jobIds.job) {
    await answerJson(exchange, 401, { code: 'unauthenticated', msg: 'authentication failed' });
  } else if (method === 'CreateArtifact') {
    await create(lab, exchange, fields);
  } else if (method === 'FinalizeArtifact') {
    await finalize(lab, exchange, fields);
  } else {
    await answerJson(exchange, 404, { code: 'bad_route', msg: `no handler for ${method}` });
  }
  return true;
}

async function create(lab: Lab, exchange: Exchange, fields: Fields): Promise<void> {
  const { name, version, expires_at: expiresAt = null } = fields;
  if (typeof name !== 'string' || typeof version !== 'number' || name === '' || FORBIDDEN.test(name)) {
    return answerJson(exchange, 400, { code: 'invalid_argument', msg: 'name or version is wrong' });
  }
  if (lab.artifacts.some((one) => one.name === name)) {
    return answerJson(exchange, 409, { code: 'already_exists', msg: 'an artifact with this name already exists' });
  }
  const blob = `artifact-${lab.artifacts.length + 1}`;
  const expires = typeof expiresAt === 'string' ? expiresAt : null;
  lab.artifacts.push({ id: 7000 + lab.artifacts.length, blob, name, version, expiresAt: expires, complete: false });
  return answerJson(exchange, 200, { ok: true, signed_upload_url: signedBlobUrl(blob, 'w') });
}

async function finalize(lab: Lab, exchange: Exchange, { name, size, hash }: Fields): Promise<void> {
  const stored = lab.artifacts.find((one) => one.name === name && !one.complete);
  const content = stored === undefined ? null : await contentOf(lab, stored);
  const digest = content === null ? '' : `sha256:${createHash('sha256').update(content).digest('hex')}`;
  if (stored === undefined || content === null || size !== String(content.length) || hash !== digest) {
    return answerJson(exchange, 400, { code: 'invalid_argument', msg: 'not what was uploaded' });
  }
  stored.complete = true;
  return answerJson(exchange, 200, { ok: true, artifact_id: String(stored.id) });
}

/** What the job has uploaded and finalized. */
export async function listArtifacts(lab: Lab): Promise<readonly LabArtifact[]> {
  const complete = lab.artifacts.filter((one) => one.complete);
  return Promise.all(
    complete.map(async (one) => {
      const content = (await contentOf(lab, one)) ?? Buffer.alloc(0);
      const { id, name, version, expiresAt } = one;
      return { id, name, version, expiresAt, contentBase64: content.toString('base64') };
    }),
  );
}

async function contentOf(lab: Lab, { blob }: StoredArtifact): Promise<Buffer | null> {
  const sizeBytes = await lab.cache.blobSize(blob);
  return sizeBytes === undefined ? null : buffer(lab.cache.readBlob(blob, 0, sizeBytes - 1));
}
