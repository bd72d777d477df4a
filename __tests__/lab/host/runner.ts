import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runnerVariables, type RunnerTokenOptions } from '../services/runner-token.ts';
import { inputVariables, readAction, type InputValues } from './action-inputs.ts';
import { startCommand, type CommandResult, type RunningCommand } from './command.ts';
import { jobEnvironment, writeCredentials, type Credentials, type Job } from './job.ts';
import { insideCommand, type Namespace } from './namespace.ts';
import { nodeForActions, repositoryRoot } from './paths.ts';
import { parseCommandFile, parseWorkflowCommands, type WorkflowCommand } from './runner-files.ts';

/** Where steps run: the lab hands this over. */
export interface RunnerWorld {
  readonly namespace: Namespace;
  readonly job: Job;
  readonly dockerHost: string;
}

export interface StepOptions {
  /** Also GITHUB_WORKSPACE. Default: the job's own empty workspace. */
  readonly cwd?: string;
  /** Added to the step's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Replaces the job's docker logins; the default job may push to ghcr.io. */
  readonly credentials?: Credentials;
  /** Gives the step the Actions cache, as the runner gives it to actions (and not to `run:` lines). */
  readonly cache?: boolean | RunnerTokenOptions;
  /** After this long the step is killed with all that it started. Default: five minutes. */
  readonly timeoutMs?: number;
  /** Receives the step's log as it is written. */
  readonly onOutput?: (text: string) => void;
}

export interface ActionOptions extends StepOptions {
  readonly inputs?: InputValues;
  /** Folder of the action.yml; default: LAB_ACTION, else this repository. */
  readonly action?: string;
}

/** What a step says to the runner, by its files and by its log. */
export interface ScriptResult extends CommandResult {
  readonly outputs: Readonly<Record<string, string>>;
  /** What the step wrote to GITHUB_ENV. */
  readonly exported: Readonly<Record<string, string>>;
  /** What the step wrote to GITHUB_PATH. */
  readonly paths: readonly string[];
  /** What the step has written to GITHUB_STEP_SUMMARY; an action's main step, then its post step once that has run. */
  readonly summary: string;
  readonly commands: readonly WorkflowCommand[];
}

export interface ActionResult extends ScriptResult {
  readonly state: Readonly<Record<string, string>>;
  /** Runs the action's post step with the state that was saved. */
  post(): Promise<ActionResult>;
}

export interface RunningAction extends Omit<RunningCommand, 'result'> {
  readonly result: Promise<ActionResult>;
  /** What the runner does on cancellation: SIGINT, after 7.5 s SIGTERM, after 2.5 s more the end of the whole tree. */
  cancel(): Promise<ActionResult>;
}

const defaultTimeoutMs = 300_000;
const channels = ['OUTPUT', 'ENV', 'STATE', 'PATH', 'STEP_SUMMARY'] as const;

export async function startAction(world: RunnerWorld, options: ActionOptions = {}): Promise<RunningAction> {
  const folder = options.action ?? process.env['LAB_ACTION'] ?? repositoryRoot;
  const action = await readAction(folder);
  const environment = await stepEnvironment(world, { cache: true, ...options });
  const { variables, warning } = inputVariables(action, options.inputs ?? {}, environment);
  const start = async (program: string, more: Readonly<Record<string, string>>): Promise<RunningAction> => {
    const files = await commandFiles(world.job);
    const env = { ...environment, ...variables, ...more, ...files };
    const running = startStep(world, [nodeForActions(), path.join(folder, program)], { ...options, env });
    const result = running.result.then((ended) => collect(ended, files, warning, post));
    return { ...running, result, cancel: () => cancel(running, result) };
  };
  const post = async (main: ActionResult): Promise<ActionResult> => {
    if (!action.runs.post) {
      throw new Error(`lab: ${folder}/action.yml has no post step`);
    }
    const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value] as const);
    const later = await start(action.runs.post, { ...main.exported, ...Object.fromEntries(state) });
    return later.result;
  };
  return start(action.runs.main, {});
}

/** A program as a `run:` line would start it: with the job's environment, without the Actions cache. */
export async function startProgram(
  world: RunnerWorld,
  argv: readonly string[],
  options: StepOptions = {},
): Promise<RunningCommand> {
  return startStep(world, argv, { ...options, env: await stepEnvironment(world, options) });
}

/** A `run:` line of a workflow, with the files in which it can leave outputs and variables. */
export async function runScript(world: RunnerWorld, script: string, options: StepOptions = {}): Promise<ScriptResult> {
  const files = await commandFiles(world.job);
  const env = { ...(await stepEnvironment(world, options)), ...files };
  // As the runner does it for `shell: bash` by default (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax).
  const running = startStep(world, ['bash', '-e', '-c', script], { ...options, env });
  return told(await running.result, files);
}

async function stepEnvironment(world: RunnerWorld, options: StepOptions): Promise<Record<string, string>> {
  if (options.credentials) {
    await writeCredentials(world.job, options.credentials);
  }
  const cache = options.cache ? runnerVariables(options.cache === true ? {} : options.cache) : {};
  const all = {
    ...jobEnvironment(world.job, world.dockerHost, options.cwd ?? world.job.workspace),
    ...cache,
    ...options.env,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function startStep(
  world: RunnerWorld,
  argv: readonly string[],
  options: StepOptions & { readonly env: Readonly<Record<string, string | undefined>> },
): RunningCommand {
  const running = startCommand(insideCommand(world.namespace, argv), {
    cwd: options.cwd ?? world.job.workspace,
    env: options.env,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
  world.job.groups.add(running.pid);
  return running;
}

async function commandFiles(job: Job): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(path.join(job.temp, '_runner_file_commands-'));
  const entries = channels.map((channel) => [`GITHUB_${channel}`, path.join(folder, channel.toLowerCase())] as const);
  await Promise.all(entries.map(([, file]) => writeFile(file, '')));
  return Object.fromEntries(entries);
}

async function told(ended: CommandResult, files: Readonly<Record<string, string>>): Promise<ScriptResult> {
  const read = (channel: (typeof channels)[number]): Promise<string> =>
    readFile(files[`GITHUB_${channel}`] ?? '', 'utf8');
  return {
    ...ended,
    outputs: parseCommandFile(await read('OUTPUT')),
    exported: parseCommandFile(await read('ENV')),
    paths: (await read('PATH')).split('\n').filter(Boolean),
    summary: await read('STEP_SUMMARY'),
    commands: parseWorkflowCommands(ended.log),
  };
}

async function collect(
  ended: CommandResult,
  files: Readonly<Record<string, string>>,
  warning: string,
  post: (main: ActionResult) => Promise<ActionResult>,
): Promise<ActionResult> {
  const own = await told(ended, files);
  let later = '';
  const result: ActionResult = {
    ...own,
    log: `${warning}${ended.log}`,
    state: parseCommandFile(await readFile(files['GITHUB_STATE'] ?? '', 'utf8')),
    get summary() {
      return own.summary + later;
    },
    post: async () => {
      const after = await post(result);
      later = after.summary;
      return after;
    },
  };
  return result;
}

async function cancel(running: RunningCommand, result: Promise<ActionResult>): Promise<ActionResult> {
  running.kill('SIGINT');
  const term = setTimeout(() => running.kill('SIGTERM'), 7_500);
  const kill = setTimeout(() => running.killGroup(), 10_000);
  try {
    return await result;
  } finally {
    clearTimeout(term);
    clearTimeout(kill);
  }
}
