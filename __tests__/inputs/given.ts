import { parseInputs, type ParsedInputs, type PathKinds } from '../../src/inputs/parse.ts';
import { actionSource, layerInputs } from '../../src/inputs/raw.ts';
import type { Inputs } from '../../src/inputs/types.ts';

/** A repository in /repo with a Dockerfile at its top, one in docker/, and a Go service `api` in go/. */
const files = [
  '/repo/Dockerfile',
  '/repo/docker/Dockerfile',
  '/repo/app/docker/web.Dockerfile',
  '/repo/app/Dockerfile',
];
const directories = ['/repo', '/repo/docker', '/repo/app', '/repo/go', '/repo/go/cmd', '/repo/go/cmd/api'];
export const paths: PathKinds = {
  isFile: (path) => files.includes(path),
  isDirectory: (path) => directories.includes(path),
};

/** What a workflow step with these inputs and variables gives. */
export function parse(
  inputs: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
): ParsedInputs {
  const given = Object.entries({ image: 'ghcr.io/acme/api', ...inputs });
  const env = Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  return parseInputs(layerInputs(actionSource({ ...env, ...variables }), { ...env, ...variables }), paths, '/repo');
}

export function problemsOf(...given: Parameters<typeof parse>): readonly string[] {
  const parsed = parse(...given);
  return parsed.kind === 'problems' ? parsed.problems : [];
}

export function inputsOf(...given: Parameters<typeof parse>): Inputs {
  const parsed = parse(...given);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.inputs;
}
