import type { RawInputs, RawValue } from '../raw.ts';
import { optional, readBoolean, type Problems } from '../readers.ts';
import type { BuildRequest, Form } from '../types.ts';
import type { Around } from './around.ts';
import { readAttests } from './ask-attests.ts';
import type { Asked, SecretText } from './asked.ts';
import { readStrictly } from './booleans.ts';
import { readContexts } from './contexts.ts';
import { ITEMS, LINES, OUTPUTS, readList, SECRETS, type ListRules } from './lists.ts';
import { hasGitToken, readSecretEnvs, readSecretFiles, readSecretTexts } from './secrets.ts';

/** Everything that the inputs of docker/build-push-action say. */
export interface Given {
  readonly request: BuildRequest;
  readonly asked: Asked;
  /** The values of secrets by the names of the files that will hold them; kept apart from everything that is shown. */
  readonly secretValues: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Reads docker/build-push-action's inputs with its types, list syntax and defaults (src/context.ts `getInputs`). */
export function readGiven(form: Form, raw: RawInputs, around: Around, problems: Problems): Given {
  const list = (name: string, rules: ListRules): readonly string[] => readListInput(raw(name), rules, problems);
  const boolean = (name: string): boolean =>
    form === 'image' ? readBoolean(raw(name), problems) : readStrictly(raw(name), name, problems);
  const one = (name: string): string | null => optional(raw(name));

  const secretItems = list('secrets', SECRETS);
  const texts = readSecretTexts(secretItems);
  const envs = readSecretEnvs(list('secret-envs', ITEMS));
  const files = readSecretFiles(list('secret-files', LINES), around.exists);
  const token = gitTokenOf(raw, around, secretItems);
  const outputs = list('outputs', OUTPUTS);
  const load = boolean('load');
  const contexts = readContexts(
    raw,
    around,
    { form, buildContexts: list('build-contexts', LINES), gitToken: token?.text ?? null },
    problems,
  );
  const attests = readAttests(raw, around, { form, attests: list('attests', LINES), outputs, load }, problems);
  const usesToken = (contexts.plain.gitToken ?? contexts.query?.gitToken ?? null) !== null;
  return {
    request: {
      addHosts: list('add-hosts', ITEMS),
      allow: list('allow', ITEMS),
      annotations: list('annotations', LINES),
      attests: [],
      buildArgs: list('build-args', LINES),
      buildContexts: contexts.plain.buildContexts,
      builder: one('builder'),
      cacheFrom: list('cache-from', LINES),
      cacheTo: list('cache-to', LINES),
      call: one('call'),
      cgroupParent: one('cgroup-parent'),
      context: contexts.plain.context,
      file: one('file'),
      labels: list('labels', LINES),
      load,
      network: one('network'),
      noCache: boolean('no-cache'),
      noCacheFilters: list('no-cache-filters', ITEMS),
      outputs,
      platforms: form === 'image' ? [] : list('platforms', ITEMS),
      pull: boolean('pull'),
      push: form === 'image' ? false : boolean('push'),
      secretEnvs: envs.values,
      secrets: [],
      shmSize: one('shm-size'),
      ssh: list('ssh', ITEMS),
      tags: list('tags', ITEMS),
      target: one('target'),
      ulimit: list('ulimit', LINES),
    },
    asked: {
      ...attests,
      secretTexts: texts.texts,
      secretFiles: files.values,
      gitToken: contexts.plain.gitToken,
      query: contexts.query,
      ownCommit: contexts.ownCommit,
    },
    secretValues: new Map([
      ...texts.values,
      ...(token !== null && usesToken ? [[token.text.file, token.value] as const] : []),
    ]),
    warnings: [...texts.warnings, ...envs.warnings, ...files.warnings],
  };
}

function readListInput(raw: RawValue, rules: ListRules, problems: Problems): readonly string[] {
  // Spaces are part of a secret; elsewhere the runner's toolkit trims the input as a whole.
  const text = rules.trim ? raw.text : (raw.given ?? '');
  const read = readList(text, rules);
  if (read.kind === 'list') return read.items;
  problems.push(`${raw.label}: ${read.problem}`);
  return [];
}

/** `GIT_AUTH_TOKEN.<host>`, with which BuildKit fetches from the server that this run is on. */
function gitTokenOf(
  raw: RawInputs,
  around: Around,
  secrets: readonly string[],
): { readonly text: SecretText; readonly value: string } | null {
  const value = raw('github-token').text;
  const server = around.env['GITHUB_SERVER_URL'] || 'https://github.com';
  if (value === '' || hasGitToken(secrets) || !URL.canParse(server)) return null;
  return { text: { id: `GIT_AUTH_TOKEN.${new URL(server).host}`, file: 'git-auth-token' }, value };
}
