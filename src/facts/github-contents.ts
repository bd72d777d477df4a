import { posix } from 'node:path';
import type { Http } from '../net/http.ts';

/** One file of a repository on GitHub, as a Git context names it. */
export interface GitHubFile {
  /** The host of the repository, such as `github.com`. */
  readonly host: string;
  readonly owner: string;
  readonly repository: string;
  /** A branch, tag or commit; null is the default branch. */
  readonly ref: string | null;
  /** Path in the repository. */
  readonly path: string;
}

/** Where the API of a host is, and the token that may be shown there. */
export interface GitHubApi {
  readonly url: string;
  readonly token: string | null;
}

/** The file's text, or a clause that says why there is none. */
export type FileAnswer =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none'; readonly reason: string };

/** What docker asks itself meanwhile takes about as long as an API that is well; nobody waits longer for this one. */
const PATIENCE_MS = 1500;
/** A Dockerfile is a page or two. */
const MAX_BYTES = 512 * 1024;

/**
 * The file that a Git context and `file` lead to, or null where that is no repository by the rules of BuildKit
 * (util/gitutil/git_ref.go `ParseGitRef`): `https://HOST/OWNER/NAME.git`, `github.com/OWNER/NAME`, `git@HOST:OWNER/NAME.git`,
 * each with `#REF:DIRECTORY` or `?ref=…&subdir=…`.
 */
export function githubFile(context: string, file: string): GitHubFile | null {
  const scp = /^[\w.-]+@([\w.-]+):(?!\/)(.*)$/.exec(context);
  const text = scp !== null ? `ssh://${scp[1] ?? ''}/${scp[2] ?? ''}` : context.replace(/^github\.com\//, 'https://$&');
  if (!URL.canParse(text)) return null;
  const { protocol, host, pathname, hash, searchParams } = new URL(text);
  if (!/^(https?|git|ssh):$/.test(protocol)) return null;
  const isWeb = /^https?:$/.test(protocol) && !context.startsWith('github.com/');
  const [, owner = '', name = '', ...deeper] = pathname.replace(/\/$/, '').split('/');
  if (owner === '' || name === '' || deeper.length > 0 || (isWeb && !name.endsWith('.git'))) return null;
  const [fragmentRef, directory] = splitOnce(decodeURIComponent(hash.slice(1)));
  const asked = ['checksum', 'commit', 'ref', 'branch', 'tag'].map((key) => searchParams.get(key) ?? '');
  const ref = fragmentRef || asked.find((one) => one !== '') || null;
  const path = posix.join('/', directory || (searchParams.get('subdir') ?? ''), file).slice(1);
  return { host, owner, repository: name.replace(/\.git$/, ''), ref, path };
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf(':');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Whether a ref is a whole commit, which stays what it is. */
export function isCommit(ref: string | null): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref ?? '');
}

/**
 * The API that knows a host's repositories: the run's own server by the variables that GitHub sets for every step, and
 * github.com from elsewhere. The token is the run's own, and no other server is shown it.
 */
export function githubApi(
  host: string,
  env: Readonly<Record<string, string | undefined>>,
  token: string | null,
): GitHubApi | null {
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
  if (URL.canParse(server) && new URL(server).host === host) {
    const ofServer = host === 'github.com' ? 'https://api.github.com' : `${server}/api/v3`;
    return { url: (env['GITHUB_API_URL'] || ofServer).replace(/\/+$/, ''), token };
  }
  return host === 'github.com' ? { url: 'https://api.github.com', token: null } : null;
}

/** Reads the file (docs.github.com/rest/repos/contents, "raw" media type). One request, and never an exception. */
export async function readContents(
  http: Http,
  api: GitHubApi,
  { owner, repository, ref, path }: GitHubFile,
  signal: AbortSignal,
): Promise<FileAnswer> {
  const words = ['repos', owner, repository, 'contents', ...path.split('/')].map((word) => encodeURIComponent(word));
  const query = ref === null ? '' : `?ref=${encodeURIComponent(ref)}`;
  const outcome = await http.request({
    url: `${api.url}/${words.join('/')}${query}`,
    method: 'GET',
    headers: {
      accept: 'application/vnd.github.raw+json',
      'user-agent': 'smart-docker-build',
      'x-github-api-version': '2022-11-28',
      ...(api.token === null ? {} : { authorization: `Bearer ${api.token}` }),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    maxBytes: MAX_BYTES,
  });
  const host = URL.canParse(api.url) ? new URL(api.url).host : api.url;
  const none = (reason: string): FileAnswer => ({ kind: 'none', reason: `${host}${reason}` });
  if (outcome.kind === 'failed') return none(`: ${outcome.message}`);
  if (outcome.status !== 200) return none(` answered ${outcome.status} for ${path} of ${owner}/${repository}`);
  if (outcome.truncated) return none(`: ${path} is too long for a Dockerfile`);
  // A directory is a list of its files, whatever media type is asked for.
  if (/^application\/json\b/.test(outcome.headers['content-type'] ?? '')) return none(`: ${path} is no file`);
  return { kind: 'text', text: outcome.body.toString('utf8') };
}
