/** What the expressions of a job can see, and how its texts are filled in. */
import { readFile } from 'node:fs/promises';
import type { Lab } from '../lab.ts';
import { pushCredentials } from '../services/hosts.ts';
import { evaluate, interpolate, textOf, type Contexts, type JobStatus } from './expressions.ts';
import type { JobRun, WorkflowOptions } from './run-job.ts';
import { callOf, type Workflow } from './workflow-file.ts';

export type Texts = Readonly<Record<string, string>>;

/** Variables of the whole run. */
export function runVariables({ run = {} }: WorkflowOptions): Texts {
  return { GITHUB_ACTOR: pushCredentials.user, ...run };
}

/** The contexts of a job before its first step. */
export async function jobContexts(
  lab: Lab,
  workflow: Workflow,
  { job, needs, options, name, matrix }: JobRun,
): Promise<Contexts> {
  const printed = await lab.sh('env -0', { env: runVariables(options) });
  const variables = Object.fromEntries(
    printed.stdout.split('\0').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const prefixed = (prefix: string): Texts =>
    Object.fromEntries(
      Object.entries(variables).flatMap(([key, value]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length).toLowerCase(), value]] : [],
      ),
    );
  const event = JSON.parse(await readFile(lab.job.eventFile, 'utf8')) as unknown;
  // A token that may push to the lab's ghcr.io, as a job's own one may with `packages: write`.
  const token = pushCredentials.password;
  return {
    github: { ...prefixed('GITHUB_'), event, token, job: name, workflow: workflow.name },
    runner: prefixed('RUNNER_'),
    inputs: declaredInputs(workflow, options.inputs ?? {}),
    secrets: { GITHUB_TOKEN: token, ...options.secrets },
    matrix,
    vars: {},
    needs,
    env: { ...workflow.env, ...job.env },
  };
}

/** Inputs with their defaults and types; a caller gives texts. */
function declaredInputs(
  workflow: Workflow,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declared = { ...callOf(workflow, 'workflow_dispatch').inputs, ...callOf(workflow, 'workflow_call').inputs };
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw new Error(`lab: the workflow has no input ${unknown.join(', ')}`);
  const typed = Object.entries(declared).map(([name, input]) => {
    const value = given[name] ?? input.default ?? '';
    if (input.type === 'boolean') return [name, textOf(value) === 'true'] as const;
    return [name, input.type === 'number' ? Number(value) : value] as const;
  });
  return Object.fromEntries(typed);
}

/** The run's variables as its steps have them. */
export function variablesOf(now: Contexts): Texts {
  const github = now['github'] as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(github).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, textOf(value)]),
  );
}

/** A condition may stand with or without `${{ }}`; one that asks nothing about the status holds only in success. */
export function conditionOf(text: string, contexts: Contexts, status: JobStatus): unknown {
  const source = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text)?.[1] ?? text;
  const asksStatus = /\b(success|failure|cancelled|always)\s*\(/.test(source);
  return (asksStatus || status === 'success') && evaluate(source, contexts, status);
}

/** Texts with their expressions filled in. */
export function textsOf(values: Texts, contexts: Contexts, status: JobStatus): Texts {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, textOf(interpolate(value, contexts, status))]),
  );
}
