/**
 * Repositories of github.com, for builds whose context is one: git's own HTTP back end, run as CGI. Without credentials
 * it exports what is marked as public, with them everything; to anybody else a private repository does not exist.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answer, readBody } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Lab } from './lab.ts';

const REPOSITORY = /^\/[\w.-]+\/[\w.-]+\.git\/(info\/refs|git-upload-pack)$/;

/** Says whether the request was one of git's. */
export async function serveGit(lab: Lab, exchange: Exchange): Promise<boolean> {
  const { url, method, request } = exchange;
  if (!REPOSITORY.test(url.pathname)) {
    return false;
  }
  const isKnown = request.headers.authorization !== undefined;
  const body = await readBody(request);
  const output = await runBackend(
    {
      GIT_PROJECT_ROOT: lab.repositoriesFolder,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(isKnown ? { GIT_HTTP_EXPORT_ALL: '1' } : {}),
    },
    body,
  );
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString().split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { status: said = '200', ...rest } = headers;
  const status = Number(said.split(' ')[0]);
  await (status === 404 && !isKnown
    ? answer(exchange, { status: 401, headers: { 'www-authenticate': 'Basic realm="GitHub"' } })
    : answer(exchange, { status, headers: rest, body: output.subarray(end + 4) }));
  return true;
}

/** A file of a repository as its API has it, or null where there is none for this caller. */
export async function readRepositoryFile(
  lab: Lab,
  name: string,
  ref: string,
  path: string,
  isKnown: boolean,
): Promise<Buffer | null> {
  const folder = join(lab.repositoriesFolder, `${name}.git`);
  if (!isKnown && !existsSync(join(folder, 'git-daemon-export-ok'))) {
    return null;
  }
  const child = spawn('git', ['-c', 'safe.directory=*', '--git-dir', folder, 'cat-file', 'blob', `${ref}:${path}`], {
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | null>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code === 0 ? Buffer.concat(chunks) : null));
  return promise;
}

function runBackend(variables: NodeJS.ProcessEnv, body: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', ...variables };
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('error', reject);
  child.once('close', () => resolve(Buffer.concat(chunks)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(body);
  return promise;
}
