import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { isPlatform } from '../inputs/platforms.ts';
import type { OwnCommit } from '../inputs/drop-in/asked.ts';
import type { BuildRequest, Inputs } from '../inputs/types.ts';
import type { Http } from '../net/http.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { RemoteReading } from './dockerfile-choice.ts';
import { defaultDockerfile } from '../inputs/parse.ts';
import { githubApi, githubFile, isCommit, readContents } from './github-contents.ts';
import { diskPaths } from './paths.ts';
import { readOne, unreadDockerfiles, type ReadDockerfiles } from './read-dockerfiles.ts';
import { workspaceCommit } from './workspace-commit.ts';

/** What a Dockerfile that is not here may be read with. */
export interface RemotePlaces {
  /** GITHUB_WORKSPACE, or null. */
  readonly workspace: string | null;
  readonly run: RunCommand;
  readonly http: Http;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The token of the run's own GitHub server, or null. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

const GIT_TIMEOUT_MS = 5000;

/** A copy of the Dockerfile that BuildKit will fetch, or what is in the way of one. */
type Copy =
  | { readonly kind: 'copy'; readonly text: string; readonly from: string; readonly isExact: boolean }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Reads the Dockerfile of a context that BuildKit fetches itself (Git or a URL), to know what it needs: from the work tree of
 * that very commit, else by GitHub's API. One that is nowhere to be read counts as needing nothing: what it needs is learned
 * from the failure. Nothing is built from what is read here, but see `RemoteReading`.
 */
export async function readRemoteDockerfile(inputs: Inputs, places: RemotePlaces): Promise<ReadDockerfiles> {
  // Platforms that nobody knows are for buildx to refuse.
  const request = { ...inputs.request, platforms: inputs.request.platforms.filter(isPlatform) };
  const { file } = request;
  const origin = file === null ? 'repository' : 'given';
  const named = { path: file ?? 'Dockerfile', origin, isDefault: file === null } as const;
  // An absolute path is a file of this machine, for a Git context too (docker/buildx build/opt.go, since 0.12).
  if (file !== null && isAbsolute(file)) {
    const text = await readFile(file, 'utf8').catch(() => null);
    return text === null ? unreadDockerfiles(request, [`${file} cannot be read`]) : readOne(request, named, text);
  }
  const tried: string[] = [];
  for (const read of [fromWorkTree, fromGitHub]) {
    const found = await read(request, inputs, places);
    if (found.kind === 'none') {
      if (found.reason !== '') tried.push(found.reason);
      continue;
    }
    const here = ownPath(inputs.asked.ownCommit, request, places.workspace);
    const remote: RemoteReading = { kind: 'read', from: found.from, isExact: found.isExact, here };
    return readOne(request, { ...named, remote }, found.text);
  }
  return unreadDockerfiles(request, tried);
}

/** Where the Dockerfile lies in a checkout of this repository, there or not; null for another repository. */
function ownPath(own: OwnCommit | null, { file }: BuildRequest, workspace: string | null): string | null {
  return own === null || workspace === null ? null : join(workspace, own.directory, file ?? 'Dockerfile');
}

async function fromWorkTree(request: BuildRequest, { asked }: Inputs, places: RemotePlaces): Promise<Copy> {
  const { ownCommit } = asked;
  const { workspace, run } = places;
  if (ownCommit === null || workspace === null) return { kind: 'none', reason: '' };
  if ((await workspaceCommit(workspace, run)) !== ownCommit.commit)
    return { kind: 'none', reason: 'the workspace is no checkout of that commit' };
  const directory = join(workspace, ownCommit.directory);
  const path = request.file === null ? defaultDockerfile(directory, diskPaths) : join(directory, request.file);
  const bytes = path === null ? null : await readFile(path).catch(() => null);
  if (path === null || bytes === null) return { kind: 'none', reason: 'the checkout has no such file' };
  const text = bytes.toString('utf8');
  const isExact = await isCommitted(bytes, relative(workspace, path), ownCommit.commit, { workspace, run });
  return { kind: 'copy', text, from: 'in the checkout', isExact };
}

/** Whether a file of a work tree is, to the byte, what the commit has: by Git's own name for such a content. */
async function isCommitted(
  bytes: Buffer,
  path: string,
  commit: string,
  { workspace, run }: { readonly workspace: string; readonly run: RunCommand },
): Promise<boolean> {
  const argv = ['git', '-C', workspace, 'rev-parse', `${commit}:${path.replaceAll('\\', '/')}`];
  const asked = await run(argv, { timeoutMs: GIT_TIMEOUT_MS });
  const named = asked.kind === 'exited' && asked.code === 0 ? asked.stdout.trim() : '';
  const hash = createHash(named.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes);
  return hash.digest('hex') === named;
}

async function fromGitHub(request: BuildRequest, { settings }: Inputs, places: RemotePlaces): Promise<Copy> {
  const { http, env, token, signal } = places;
  const file = githubFile(request.context, request.file ?? 'Dockerfile');
  const api = file === null ? null : githubApi(file.host, env, token);
  if (file === null || api === null) return { kind: 'none', reason: 'it is no repository of GitHub' };
  if (settings.offline) return { kind: 'none', reason: 'GitHub is not asked (offline)' };
  const answer = await readContents(http, api, file, signal);
  if (answer.kind === 'none') return answer;
  return { kind: 'copy', text: answer.text, from: 'by the API of GitHub', isExact: isCommit(file.ref) };
}
