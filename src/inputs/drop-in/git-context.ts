import type { OwnCommit } from './asked.ts';
import { goBoolean } from './booleans.ts';
import type { GitHubRun } from './github-run.ts';

/** The repository at the commit of the event, in the two spellings that buildx takes. */
export interface GitContext {
  readonly fragment: string;
  /** `?ref=…`, which a buildx from 0.29 on hands to BuildKit; null where BUILDX_SEND_GIT_QUERY_AS_INPUT does not ask for it. */
  readonly query: string | null;
  /** What the spellings share, up to where a directory can follow. */
  readonly commit: string;
}

/**
 * The default context of docker/build-push-action (docker/actions-toolkit src/buildx/build.ts `gitContext`): pinned to the
 * event's commit; for a pull request with DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF to the head of its branch.
 */
export function gitContext(run: GitHubRun, env: Readonly<Record<string, string | undefined>>): GitContext {
  const isOn = (name: string): boolean => goBoolean(env[name] ?? '') ?? false;
  const ref = refOf(run.ref, isOn('DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF'));
  const isHead = ref.startsWith('refs/pull/') && ref.endsWith('/head');
  const commit = isHead ? (run.pullRequestHead ?? ref) : run.sha || ref;
  const url = `${run.serverUrl}/${run.repository}.git`;
  return {
    fragment: `${url}#${commit}`,
    query: isOn('BUILDX_SEND_GIT_QUERY_AS_INPUT') ? `${url}?ref=${commit}` : null,
    commit,
  };
}

function refOf(ref: string, wantsHead: boolean): string {
  if (!ref.startsWith('refs/')) return `refs/heads/${ref}`;
  return ref.startsWith('refs/pull/') && wantsHead ? ref.replace(/\/merge$/, '/head') : ref;
}

/** The directory and commit of a context that is the default one or a directory in it; null for any other. */
export function ownCommitOf(context: string, git: GitContext): OwnCommit | null {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(git.commit)) return null;
  const { fragment, query } = git;
  const isOwn =
    context === fragment || context.startsWith(`${fragment}:`) || context === query || context.startsWith(`${query}&`);
  return isOwn ? { commit: git.commit, directory: directoryOf(context) } : null;
}

/** The directory that a Git context names, `#ref:directory` or `?subdir=directory` (BuildKit util/gitutil/git_url.go). */
export function directoryOf(context: string): string {
  if (!URL.canParse(context)) return '';
  const { hash, searchParams } = new URL(context);
  const at = hash.indexOf(':');
  return at === -1 ? (searchParams.get('subdir') ?? '') : hash.slice(at + 1);
}

/** A template with its one variable filled in, or what in it is not understood. */
export type Rendered =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'malformed'; readonly problem: string };

const TAG = /\{\{\{\s*([\w.@-]+)\s*\}\}\}|\{\{[~&]*\s*([\w.@-]+)\s*~?\}\}|\{\{!.*?\}\}/gs;

/** An innermost `{{#if NAME}}…{{else}}…{{/if}}`, or `unless`. */
const BLOCK =
  /\{\{~?#(if|unless)\s+([\w.@-]+)\s*~?\}\}((?:(?!\{\{~?#).)*?)(?:\{\{~?(?:else|\^)~?\}\}((?:(?!\{\{~?#).)*?))?\{\{~?\/\1\s*~?\}\}/s;

/**
 * `{{defaultContext}}` as Handlebars fills it in; an unknown name is empty. Unlike the original nothing is escaped for
 * HTML, which makes a query of `?ref&#x3D;`. Of blocks and helpers only `if` and `unless` are understood.
 */
export function renderTemplate(template: string, defaultContext: string): Rendered {
  const text = withoutBlocks(template, defaultContext);
  const left = text.replace(TAG, '');
  const strange = /\{\{.*/.exec(left);
  if (strange !== null)
    return { kind: 'malformed', problem: `"${strange[0]}" is not understood; {{defaultContext}} is` };
  const filled = text.replace(TAG, (_, bare?: string, quoted?: string) => {
    return valueOf(bare ?? quoted ?? '', defaultContext);
  });
  return { kind: 'text', text: filled };
}

function valueOf(name: string, defaultContext: string): string {
  return name === 'defaultContext' || name === 'this.defaultContext' ? defaultContext : '';
}

/** Settles the conditions, from the innermost outwards. */
function withoutBlocks(text: string, defaultContext: string): string {
  const settled = text.replace(BLOCK, (_, kind: string, name: string, then: string, otherwise = '') => {
    const holds = valueOf(name, defaultContext) !== '';
    return holds === (kind === 'if') ? then : String(otherwise);
  });
  return settled === text ? text : withoutBlocks(settled, defaultContext);
}
