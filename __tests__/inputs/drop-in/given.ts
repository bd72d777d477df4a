import type { BuildxFacts } from '../../../src/facts/buildx.ts';
import type { Driver } from '../../../src/facts/builder.ts';
import type { Around } from '../../../src/inputs/drop-in/around.ts';
import { parseInputs, type ParsedInputs } from '../../../src/inputs/parse.ts';
import { actionSource, layerInputs } from '../../../src/inputs/raw.ts';
import { fitRequest, type Fitted } from '../../../src/plan/fit-request.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { blueprints, factsOf } from '../../plan/world.ts';
import { planOf } from '../../plan/question.ts';

/*
 * Steps of a workflow that call the action as docker/build-push-action, on the way that a run takes them: parsed, fitted
 * to the versions at hand, planned in a healthy world.
 */

export const SHA = '0123456789abcdef0123456789abcdef01234567';
export const RUN_URL = 'https://github.com/acme/api/actions/runs/123456789/attempts/1';

/** A run of acme/api, a private repository, at a commit of main. */
export const actions = {
  GITHUB_REPOSITORY: 'acme/api',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: SHA,
  GITHUB_RUN_ID: '123456789',
};

export interface Step {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  /** Paths that there are, for secrets from files. */
  readonly files?: readonly string[];
}

export function parse({ inputs = {}, env = {}, event = privateEvent, files = [] }: Step): ParsedInputs {
  const variables: Record<string, string> = { ...actions, ...env };
  for (const [name, value] of Object.entries(inputs)) variables[`INPUT_${name.toUpperCase()}`] = value;
  const around: Around = { env: variables, event, exists: (path) => files.includes(path) };
  const nothing = { isFile: () => false, isDirectory: () => false };
  return parseInputs(layerInputs(actionSource(variables), variables), nothing, '/work', around);
}

const privateEvent = { repository: { private: true } };
export const publicEvent = { repository: { private: false } };

export function inputsOf(step: Step): Extract<ParsedInputs, { kind: 'inputs' }> {
  const parsed = parse(step);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed;
}

export function problemsOf(step: Step): readonly string[] {
  const parsed = parse(step);
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** What there is to build with: by default a booted container builder of a version that has everything. */
export interface Tools {
  readonly buildx?: string | null;
  readonly kind?: BuildxFacts['kind'];
  readonly driver?: Driver;
  readonly nodes?: readonly (string | null)[];
  readonly refusal?: string;
}

function factsFor(tools: Tools): ReturnType<typeof factsOf> {
  const {
    buildx: version = 'v0.29.1',
    kind = 'plugin',
    driver = 'docker-container',
    nodes = ['v0.25.1'],
    refusal = null,
  } = tools;
  return factsOf({ builder: { driver }, buildx: { kind, version, nodes, refusal } });
}

export function fit(step: Step, tools: Tools = {}): Fitted {
  return fitRequest(inputsOf(step).inputs, factsFor(tools), '/secrets');
}

/** The plan of a healthy world. */
export async function planFor(
  step: Step,
  tools: Tools = {},
  changes: Parameters<typeof planOf>[0] = {},
): Promise<Plan> {
  const fitted = fit(step, tools);
  if (fitted.kind === 'refused') throw new Error(fitted.problem);
  return await planOf({
    inputs: fitted.inputs,
    facts: factsFor(tools),
    blueprints: blueprints('FROM scratch\n'),
    answers: {},
    ...changes,
  });
}

/** The words after `docker buildx`. */
export async function lineFor(step: Step, tools: Tools = {}): Promise<readonly string[]> {
  return (await planFor(step, tools)).argv.slice(2);
}
