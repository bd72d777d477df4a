/**
 * Runs the jobs of a workflow file as GitHub's runner does: contexts and expressions, conditions with the job's status,
 * environment files between steps, main and post steps in order. What the runner hides is not hidden here.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from '../host/paths.ts';
import type { ScriptResult, StepOptions } from '../host/runner.ts';
import type { Lab } from '../lab.ts';
import { conditionOf, jobContexts, runVariables, textsOf, variablesOf, type Texts } from './contexts.ts';
import { interpolate, isTrue, textOf, type Contexts, type JobStatus } from './expressions.ts';
import { expandMatrix, jobName, type Combination } from './matrix.ts';
import { standIns } from './stand-ins.ts';
import { callOf, readWorkflow, type Workflow, type WorkflowJob, type WorkflowStep } from './workflow-file.ts';

export interface WorkflowOptions {
  /** Inputs of workflow_dispatch or workflow_call. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly secrets?: Texts;
  /** What actions/checkout puts into the workspace. */
  readonly sources?: Texts;
  /** Variables of the run, in place of the lab's, such as GITHUB_REF_NAME. */
  readonly run?: Texts;
}

export interface StepReport {
  readonly name: string;
  /** `outcome` before continue-on-error, `conclusion` after it. */
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly conclusion: 'success' | 'failure' | 'skipped';
  readonly outputs: Texts;
  readonly log: string;
  readonly summary: string;
}

export interface JobReport {
  readonly status: JobStatus | 'skipped';
  readonly outputs: Texts;
  readonly steps: readonly StepReport[];
  /** Logs of the post steps, the last step's first. */
  readonly posts: readonly string[];
}

const SELF = /^(\.\/?|resilient-builds\/smart-docker-build@.+)$/;
const SELF_WORKFLOW = /^(?:\.|resilient-builds\/smart-docker-build)\/(\.github\/workflows\/[\w.-]+\.yml)(?:@.+)?$/;

/**
 * Runs all jobs of a file of this repository, or of a text, each after those that it needs. Those that a matrix makes of
 * one are reported under their own names, such as `build (linux)`, and what needs them sees the last one's outputs.
 */
export async function runWorkflow(
  lab: Lab,
  file: string | { readonly text: string },
  options: WorkflowOptions = {},
): Promise<Readonly<Record<string, JobReport>>> {
  const text = typeof file === 'string' ? await readFile(path.join(repositoryRoot, file), 'utf8') : file.text;
  const workflow = readWorkflow(text);
  /** By the job's name in the file, and by the names of its combinations. */
  const reports: Record<string, JobReport> = {};
  const legs: Record<string, JobReport> = {};
  const left = Object.entries(workflow.jobs);
  while (left.length > 0) {
    const at = left.findIndex(([, { needs }]) => needs.every((need) => need in reports));
    const [next] = left.splice(at, 1);
    if (at === -1 || next === undefined) throw new Error('lab: jobs need each other');
    const [name, job] = next;
    const needs = Object.fromEntries(
      job.needs.map((need) => [need, { outputs: reports[need]?.outputs, result: reports[need]?.status }]),
    );
    const combinations = expandMatrix(job.strategy.matrix);
    const runs: JobReport[] = [];
    for (const matrix of combinations) {
      const report = await runJob(lab, workflow, { name, job, needs, options, matrix });
      runs.push(report);
      legs[jobName(name, matrix)] = report;
    }
    const last = runs.at(-1);
    if (last === undefined) throw new Error(`lab: the matrix of ${name} is empty`);
    const status = runs.find((one) => one.status !== 'success')?.status ?? 'success';
    reports[name] = { ...last, status };
  }
  return legs;
}

export interface JobRun {
  readonly name: string;
  readonly job: WorkflowJob;
  readonly needs: unknown;
  readonly options: WorkflowOptions;
  readonly matrix: Combination;
}

async function runJob(lab: Lab, workflow: Workflow, run: JobRun): Promise<JobReport> {
  const { job, options } = run;
  const contexts = await jobContexts(lab, workflow, run);
  const texts = (values: Texts): Texts => textsOf(values, contexts, 'success');
  if (job.if !== undefined && !isTrue(conditionOf(job.if, contexts, 'success')))
    return { status: 'skipped', outputs: {}, steps: [], posts: [] };
  if (job.uses !== undefined) return runCalled(lab, job.uses, { ...options, ...called(job, texts, options) });
  return runSteps(lab, job, {
    contexts,
    options,
    fixed: { ...runVariables(options), ...texts(workflow.env), ...texts(job.env) },
  });
}

function called(
  job: WorkflowJob,
  texts: (values: Texts) => Texts,
  options: WorkflowOptions,
): Pick<WorkflowOptions, 'inputs' | 'secrets'> {
  const secrets = typeof job.secrets === 'string' ? (options.secrets ?? {}) : texts(job.secrets ?? {});
  return { inputs: texts(job.with), secrets };
}

/** A reusable workflow of this repository: its outputs are those of the job that calls it. */
async function runCalled(lab: Lab, uses: string, options: WorkflowOptions): Promise<JobReport> {
  const file = SELF_WORKFLOW.exec(uses)?.[1];
  if (file === undefined) throw new Error(`lab: ${uses} is no workflow of this repository`);
  const jobs = await runWorkflow(lab, file, options);
  const { outputs: declared } = callOf(
    readWorkflow(await readFile(path.join(repositoryRoot, file), 'utf8')),
    'workflow_call',
  );
  const outputs = Object.entries(declared).map(
    ([name, { value }]) => [name, textOf(interpolate(value, { jobs }, 'success'))] as const,
  );
  const all = Object.values(jobs);
  const status = all.find((one) => one.status !== 'success')?.status ?? 'success';
  return {
    status,
    outputs: Object.fromEntries(outputs),
    steps: all.flatMap(({ steps }) => steps),
    posts: all.flatMap(({ posts }) => posts),
  };
}

interface StepsRun {
  readonly contexts: Contexts;
  readonly options: WorkflowOptions;
  readonly fixed: Texts;
}

async function runSteps(lab: Lab, job: WorkflowJob, { contexts, options, fixed }: StepsRun): Promise<JobReport> {
  const reports: StepReport[] = [];
  const known: Record<string, Pick<StepReport, 'outputs' | 'outcome' | 'conclusion'>> = {};
  const posts: (() => Promise<string>)[] = [];
  const exported: Record<string, string> = {};
  const paths: string[] = [];
  let status: JobStatus = 'success';
  for (const step of job.steps) {
    const now = { ...contexts, steps: known, job: { status }, env: { ...(contexts['env'] as Texts), ...exported } };
    const env = { ...fixed, ...exported, ...textsOf(step.env, now, status) };
    const isWanted = isTrue(conditionOf(step.if ?? 'success()', { ...now, env }, status));
    const ran = isWanted ? await runStep(lab, step, { now: { ...now, env }, env, paths, status, options }) : null;
    const outcome = ran === null ? 'skipped' : ran.exitCode === 0 ? 'success' : 'failure';
    const mayFail =
      isTrue(interpolate(step['continue-on-error'], now, status)) && step['continue-on-error'] !== 'false';
    const conclusion = outcome === 'failure' && mayFail ? 'success' : outcome;
    if (conclusion === 'failure') status = 'failure';
    Object.assign(exported, ran?.exported);
    paths.unshift(...(ran?.paths ?? []));
    if (ran?.post) posts.unshift(ran.post);
    const { outputs = {}, log = '', summary = '' } = ran ?? {};
    if (step.id !== undefined) known[step.id] = { outputs, outcome, conclusion };
    reports.push({ name: step.name ?? step.uses ?? step.run ?? '', outcome, conclusion, outputs, log, summary });
  }
  const logs: string[] = [];
  for (const post of posts) logs.push(await post());
  const outputs = textsOf(job.outputs, { ...contexts, steps: known }, status);
  return { status, outputs, steps: reports, posts: logs };
}

interface StepRun {
  readonly now: Contexts;
  readonly env: Texts;
  readonly paths: readonly string[];
  readonly status: JobStatus;
  readonly options: WorkflowOptions;
}

interface Ran extends Partial<Pick<ScriptResult, 'outputs' | 'exported' | 'paths' | 'summary'>> {
  readonly exitCode: number;
  readonly log: string;
  readonly post?: () => Promise<string>;
}

async function runStep(lab: Lab, step: WorkflowStep, { now, env, paths, status, options }: StepRun): Promise<Ran> {
  const place = step['working-directory'];
  const search = paths.length === 0 ? {} : { PATH: [...paths, '/usr/local/bin:/usr/bin:/bin'].join(':') };
  const stepOptions: StepOptions = {
    env: { ...env, ...search },
    timeoutMs: 120_000,
    ...(place === undefined ? {} : { cwd: path.join(lab.job.workspace, place) }),
  };
  if (step.run !== undefined) return lab.script(textOf(interpolate(step.run, now, status)), stepOptions);
  const inputs = textsOf(step.with, now, status);
  const uses = step.uses ?? '';
  if (SELF.test(uses)) {
    const main = await lab.run({ ...stepOptions, inputs });
    return { ...main, post: async () => (await main.post()).log };
  }
  const standIn = standIns[uses.split('@')[0] ?? ''];
  if (standIn === undefined) throw new Error(`lab: there is no stand-in for ${uses}`);
  const environment = { ...variablesOf(now), ...env };
  const { post, ...ran } = await standIn({
    lab,
    inputs,
    options: stepOptions,
    sources: options.sources ?? {},
    environment,
  });
  return { ...ran, ...(post === undefined ? {} : { post: async () => (await lab.sh(post, stepOptions)).log }) };
}
