import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { removeBuilder } from './build/own-builder.ts';
import { diskPaths } from './facts/paths.ts';
import { parseInputs } from './inputs/parse.ts';
import { actionSource, layerInputs } from './inputs/raw.ts';
import type { Inputs } from './inputs/types.ts';
import type { Journal } from './journal.ts';
import { commandRunner } from './process/run-command.ts';
import { outputsOf } from './report/outputs.ts';
import { redact } from './report/redact.ts';
import { renderSummary } from './report/summary.ts';
import { run } from './run.ts';

/* The entry point of the action: GitHub's runner starts it for the step, and once more for its post step. */

const POST = 'smart-docker-build-post';
const BUILDERS = 'smart-docker-build-builders';

try {
  if (core.getState(POST) === '') await main();
  else await post();
} catch (error) {
  core.setFailed(error instanceof Error ? error : String(error));
}

async function main(): Promise<void> {
  core.saveState(POST, 'true');
  const parsed = parseInputs(layerInputs(actionSource(process.env), process.env), diskPaths, process.cwd());
  if (parsed.kind === 'problems') {
    core.setFailed(`Nothing was started:\n${parsed.problems.map((problem) => `- ${problem}`).join('\n')}`);
    return;
  }
  await build(parsed.inputs);
}

async function build(inputs: Inputs): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  const tempDir = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), 'smart-docker-build-'));
  const secrets: string[] = [];
  const clean = (text: string): string => redact(text, secrets);
  const builders: string[] = [];
  try {
    const result = await run(inputs, {
      env: process.env,
      cwd: process.cwd(),
      bundled: join(dirname(fileURLToPath(import.meta.url)), '..', 'dockerfiles'),
      tempDir,
      journal: actionsJournal(clean, inputs),
      signal: abort.signal,
      addSecret: (value) => {
        secrets.push(value);
        core.setSecret(value);
      },
      onBuilder: (name) => {
        builders.push(name);
        core.saveState(BUILDERS, builders.join(' '));
      },
    });
    const outputs = outputsOf(result);
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, clean(value));
    for (const name of ['GHA_CACHE_AVAILABLE', 'AVAILABLE_REGISTRIES']) core.exportVariable(name, outputs[name] ?? '');
    if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(clean(renderSummary(result))).write();
    if (result.verdict === 'failed' || result.verdict === 'cancelled') process.exitCode = core.ExitCode.Failure;
  } finally {
    await rm(tempDir, { recursive: true, force: true });
  }
}

/** Removes what the step created, also after a cancelled job. */
async function post(): Promise<void> {
  for (const name of core.getState(BUILDERS).split(' ').filter(Boolean)) {
    core.info(`Removing builder ${name}`);
    await removeBuilder(name, commandRunner(process.env));
  }
}

function actionsJournal(clean: (text: string) => string, inputs: Inputs): Journal {
  const write = (text: string): void => void process.stdout.write(clean(text));
  const workspace = process.env['GITHUB_WORKSPACE'] || process.cwd();
  return {
    line: (text) => write(`${text}\n`),
    group: (title) => core.startGroup(clean(title)),
    endGroup: () => core.endGroup(),
    debug: (text) => (inputs.settings.debug ? write(`${text}\n`) : core.debug(clean(text))),
    warning: (text) => core.warning(clean(text)),
    error: (text, at) => {
      const place = at === undefined ? {} : { file: relative(workspace, resolve(at.file)), startLine: at.line };
      core.error(clean(text), place);
    },
    output: write,
  };
}
