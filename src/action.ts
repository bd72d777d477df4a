import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { exec } from '@actions/exec';
import { keepBuildRecord, orderBuildRecord } from './flow/build-record.ts';
import { openActionsCache } from './flow/actions-cache.ts';
import type { Lock } from './facts/lock-file.ts';
import { openLock } from './flow/open-lock.ts';
import { diskPaths } from './facts/paths.ts';
import { parseInputs, type ParsedInputs } from './inputs/parse.ts';
import { actionSource, layerInputs } from './inputs/raw.ts';
import type { Inputs } from './inputs/types.ts';
import type { Journal } from './flow/journal.ts';
import { keepReport } from './flow/keep-report.ts';
import { runPrewarm, type PrewarmOutcome } from './flow/run-prewarm.ts';
import type { World } from './flow/world.ts';
import { summarise, summariseJob } from './flow/summarise.ts';
import { REPORT_FOLDER } from './flow/job-builds.ts';
import { readEvent } from './flow/read-event.ts';
import type { RunnerCache } from './flow/runner-cache.ts';
import { createRunnerLog, type RunnerLog } from './flow/runner-log.ts';
import { readOrder } from './record/keep-record.ts';
import { builtOutputs, outputsOf } from './report/outputs.ts';
import { prewarmOutputs, prewarmProblem, prewarmSummary } from './report/prewarm.ts';
import { livingRedactor, maskable, redact, redactValue } from './report/redact.ts';
import { reportOf } from './report/report.ts';
import type { Result } from './report/result.ts';
import { imageName } from './report/story.ts';
import { recordLine } from './report/summary-record.ts';
import { run } from './run.ts';
import { trendSection } from './stats/trend-section.ts';

/* The entry point of the action: GitHub's runner starts it for the step, and once more for its post step. */

const POST = 'smart-docker-build-post';
const BUILDERS = 'smart-docker-build-builders';
const RECORD = 'smart-docker-build-record';

try {
  if (core.getState(POST) === '') await main();
  else await post();
} catch (error) {
  core.setFailed(redact(String(error), []));
}

async function main(): Promise<void> {
  core.saveState(POST, 'true');
  const around = { env: process.env, event: await readEvent(process.env['GITHUB_EVENT_PATH']), exists: existsSync };
  const parsed = parseInputs(layerInputs(actionSource(process.env), process.env), diskPaths, process.cwd(), around);
  if (parsed.kind === 'problems') {
    core.setFailed(redact(`Nothing was started:\n${parsed.problems.map((problem) => `- ${problem}`).join('\n')}`, []));
    return;
  }
  const opened = await openLock(parsed.inputs, process.cwd());
  if (opened.kind === 'problem') core.setFailed(`Nothing was started:\n- ${opened.problem}`);
  else await build(parsed, opened.lock);
}

async function build(
  { inputs, secretValues, githubToken, warnings }: Extract<ParsedInputs, { kind: 'inputs' }>,
  lock: Lock,
): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const tempDir = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), 'smart-docker-build-'));
  const secrets = [process.env['ACTIONS_RUNTIME_TOKEN'] ?? ''].filter((secret) => secret !== '');
  const clean = livingRedactor(secrets);
  const builders: string[] = [];
  const journal = actionsJournal(clean, inputs);
  const runId = `${process.env['GITHUB_RUN_ID'] ?? ''}-${Date.now().toString(36)}`;
  const abandoned = { cache: false };
  const openRunnerCache = async (limitMs: number): Promise<RunnerCache> =>
    await openActionsCache(limitMs, {
      warn: (text) => core.warning(clean(text)),
      onGivenUp: () => (abandoned.cache = true),
      enterOwnTemp: () => enterRunnerTemp(tempDir),
    });
  for (const warning of warnings) core.warning(clean(warning));
  try {
    const world: World = {
      env: process.env,
      cwd: process.cwd(),
      bundled: join(dirname(fileURLToPath(import.meta.url)), '..', 'dockerfiles'),
      tempDir,
      lock,
      secretValues,
      githubToken,
      runId,
      journal,
      signal: abort.signal,
      addSecret: (value, sureness = 'sure') => {
        secrets.push(value);
        if (sureness === 'guessed') return;
        // While commands are stopped, this one would be printed, and the secret with it.
        for (const line of maskable(value)) journal.withCommands(() => core.setSecret(line));
      },
      openRunnerCache,
      onBuilder: (name) => {
        builders.push(name);
        core.saveState(BUILDERS, builders.join(' '));
      },
    };
    if (inputs.mode === 'prewarm') {
      await warmed(await runPrewarm(inputs, world), secrets, inputs.switches.summary);
      return;
    }
    const result = await run(inputs, world);
    const safe = redactValue(result, secrets);
    const outputs = { ...outputsOf(safe), ...builtOutputs(result) };
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
    const folder = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), REPORT_FOLDER));
    core.setOutput('report', await writeReport(folder, safe));
    for (const name of ['GHA_CACHE_AVAILABLE', 'AVAILABLE_REGISTRIES']) core.exportVariable(name, outputs[name] ?? '');
    if (inputs.mode === 'monitor') await watched(safe, world, clean);
    const runs = await keepReport(safe, { runId, openRunnerCache, warn: (text) => core.warning(clean(text)) });
    if (inputs.switches.summary) await summarise(safe, trendSection(runs), folder, process.env, writeSummary);
    const record = await orderBuildRecord(result, imageName(safe), process.env, journal);
    if (record.kind === 'record') core.saveState(RECORD, JSON.stringify(record.order));
    if (result.verdict === 'failed' || result.verdict === 'cancelled') process.exitCode = core.ExitCode.Failure;
  } catch (error) {
    core.setFailed(clean(String(error)));
  } finally {
    await rm(tempDir, { recursive: true, force: true });
  }
  // GitHub's toolkit cannot be called off, and a step lasts for as long as its process.
  if (abandoned.cache) process.exit();
}

/** The toolkit makes a folder in RUNNER_TEMP for each archive, and leaves it there. Gives back the way out. */
function enterRunnerTemp(folder: string): () => void {
  const before = process.env['RUNNER_TEMP'];
  process.env['RUNNER_TEMP'] = folder;
  return () => {
    if (before === undefined) delete process.env['RUNNER_TEMP'];
    else process.env['RUNNER_TEMP'] = before;
  };
}

/** What the mode monitor adds to a health check; the issue's number and the badge's file are outputs. */
async function watched(safe: Result, world: World, clean: (text: string) => string): Promise<void> {
  const { monitorRun } = await import('./flow/monitor-run.ts');
  const token = core.getInput('github-token') || (process.env['GITHUB_TOKEN'] ?? '');
  const { badgeFile, step, issue } = await monitorRun(safe, {
    ...world,
    token,
    warn: (text) => core.warning(clean(text)),
  });
  core.setOutput('badge', badgeFile);
  if (issue === null) return;
  core.setOutput('issue', String(issue));
  core.info(`Issue #${issue}: ${step.kind === 'close' ? 'closed, all is well again' : step.kind}`);
}

/** The step fails where an image could not be brought up to date; what was fetched is kept all the same. */
async function warmed(outcome: PrewarmOutcome, secrets: readonly string[], summary: boolean): Promise<void> {
  if (outcome.kind === 'problem') {
    core.setFailed(`Nothing was started:\n- ${outcome.problem}`);
    return;
  }
  const result = redactValue(outcome.result, secrets);
  for (const [name, value] of Object.entries(prewarmOutputs(result))) core.setOutput(name, value);
  if (summary) await writeSummary(prewarmSummary(result));
  const problem = prewarmProblem(result);
  if (problem !== null) core.setFailed(problem);
}

/** A summary that cannot be written is no reason to fail a step. */
async function writeSummary(text: string): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return;
  await core.summary
    .addRaw(text)
    .write()
    .catch((error: unknown) => core.warning(`The job summary is not written: ${String(error)}`));
}

/** Writes report.json where later steps of the job find it, and the runner clears it away with the job. */
async function writeReport(folder: string, result: Result): Promise<string> {
  const path = join(folder, 'report.json');
  await writeFile(path, `${JSON.stringify(reportOf(result), null, 2)}\n`);
  return path;
}

/** Says what is left to say, keeps the build record, and removes what the step created, also after a cancelled job. */
async function post(): Promise<void> {
  await summariseJob(process.env, writeSummary);
  await keepRecordOfStep().catch((error: unknown) => core.warning(`Build record: ${String(error)}`));
  const names = core.getState(BUILDERS).split(' ');
  for (const name of names.filter((one) => one.startsWith('smart-docker-build-'))) {
    const words = ['rm', '--force', name];
    const options = { ignoreReturnCode: true };
    // Rejects where there is no such command: then buildx is there by itself.
    await exec('docker', ['buildx', ...words], options).catch(async () => await exec('buildx', words, options));
  }
}

async function keepRecordOfStep(): Promise<void> {
  const order = readOrder(core.getState(RECORD));
  if (order === null) return;
  core.startGroup('Generating build summary');
  const kept = await keepBuildRecord(order, process.env);
  if (kept.kind === 'lost') core.warning(`The build record is not kept: ${kept.problem}`);
  else {
    const { name, artifactId } = kept.record;
    core.info(`Build record ${name} is artifact ${artifactId} of this run`);
    await writeSummary(`\n${recordLine(kept.record, process.env['GITHUB_RUN_ID'] ?? '')}`);
  }
  core.endGroup();
}

/** Speaks to the runner, also in the middle of a build's output. */
interface ActionsJournal extends Journal, Pick<RunnerLog, 'withCommands'> {}

function actionsJournal(clean: (text: string) => string, inputs: Inputs): ActionsJournal {
  const log = createRunnerLog((text) => void process.stdout.write(text), clean, randomUUID());
  const workspace = process.env['GITHUB_WORKSPACE'] || process.cwd();
  const tell = (speak: () => void): void => log.withCommands(speak);
  return {
    beginOutput: log.beginOutput,
    endOutput: log.endOutput,
    withCommands: tell,
    line: log.lines,
    group: (title) => tell(() => core.startGroup(clean(title))),
    endGroup: () => tell(() => core.endGroup()),
    debug: (text) => (inputs.settings.debug ? log.lines(text) : tell(() => core.debug(clean(text)))),
    warning: (text, at) => {
      const place =
        at === undefined
          ? {}
          : { title: clean(at.title), file: at.file, ...(at.line !== null && { startLine: at.line }) };
      tell(() => core.warning(clean(text), place));
    },
    error: (text, at) => {
      const place = at === undefined ? {} : { file: relative(workspace, resolve(at.file)), startLine: at.line };
      tell(() => core.error(clean(text), place));
    },
    output: log.output,
  };
}
