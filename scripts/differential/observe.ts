import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Case, Observed } from './case.ts';
import { DOCKERFILE } from './generate.ts';
import { writeStandIn } from './stand-in.ts';

/** One of the two sides: an action as GitHub's runner sees it. */
export interface Side {
  readonly main: string;
  /** Defaults of its inputs, from its action.yml. */
  readonly defaults: Readonly<Record<string, string>>;
}

const Action = z.object({
  inputs: z.record(z.string(), z.object({ default: z.union([z.string(), z.boolean()]).optional() }).nullable()),
  runs: z.object({ main: z.string() }),
});

/** Reads an action.yml, and fills in the one expression that it may have. */
export async function readSide(actionFile: string, main?: string): Promise<Side> {
  const { inputs, runs } = Action.parse(parse(await readFile(actionFile, 'utf8')));
  const given = Object.entries(inputs).flatMap(([name, input]) => {
    const value = input?.default;
    return value === undefined
      ? []
      : [[name, String(value).replace('${{ github.token }}', 'ghs_defaulttoken0123')] as const];
  });
  return { main: main ?? path.resolve(path.dirname(actionFile), runs.main), defaults: Object.fromEntries(given) };
}

const TIMEOUT_MS = 60_000;

/** Runs one side in a folder of its own, in a copy of the same little repository. */
export async function observe(side: Side, one: Case, folder: string): Promise<Observed> {
  await rm(folder, { recursive: true, force: true });
  const at = (name: string): string => path.join(folder, name);
  await writeRepository(at('workspace'), one);
  await writeStandIn(at('bin'), at('world'), one.world);
  for (const name of ['temp', 'home']) await mkdir(at(name), { recursive: true });
  for (const name of ['output', 'state', 'environment', 'summary']) await writeFile(at(name), '');
  await writeFile(at('event.json'), JSON.stringify(one.event));
  const inputs = Object.entries({ ...side.defaults, ...one.inputs });
  const env = {
    PATH: at('bin'),
    HOME: at('home'),
    RUNNER_TEMP: at('temp'),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: at('workspace'),
    GITHUB_EVENT_PATH: at('event.json'),
    GITHUB_OUTPUT: at('output'),
    GITHUB_STATE: at('state'),
    GITHUB_ENV: at('environment'),
    GITHUB_STEP_SUMMARY: at('summary'),
    // Nothing is asked outside of this machine, and silence does not cost its time.
    https_proxy: 'http://127.0.0.1:9',
    RES_OPTIONS: 'timeout:1 attempts:1',
    CACHE_LOCAL_PATH: at('temp/own-cache'),
    ...one.env,
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value])),
  };
  const startedAtMs = Date.now();
  const { exitCode, log } = await runNode(side.main, at('workspace'), env);
  const seconds = (Date.now() - startedAtMs) / 1000;
  const builds = (await textOf(at('world/builds'))).split('\n').filter(Boolean);
  const startSeconds = builds[0] === undefined ? null : Number(builds[0]) - startedAtMs / 1000;
  return {
    exitCode,
    argv: await recordedArgv(at('world')),
    outputs: parseOutputs(await textOf(at('output'))),
    errors: commandsIn(log, 'error').map(({ text }) => text),
    masks: commandsIn(log, 'add-mask').map(({ text }) => text),
    annotations: commandsIn(log, 'warning').flatMap(({ properties, text }) =>
      properties === '' ? [] : [`${properties} ${text}`],
    ),
    secretModes: await secretModes(at('world')),
    summary: await textOf(at('summary')),
    builds: builds.length,
    seconds,
    startSeconds,
    log,
  };
}

/** A repository with Dockerfiles that need nothing, checked out at the event's commit. */
async function writeRepository(folder: string, one: Case): Promise<void> {
  for (const name of ['.git', 'sub', 'test']) await mkdir(path.join(folder, name), { recursive: true });
  const files = { 'secret.txt': 's3cr3t-in-a-file\n', '.git/HEAD': `${one.env['GITHUB_SHA'] ?? ''}\n` };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  for (const name of ['Dockerfile', 'sub/Dockerfile', 'test/Dockerfile'])
    await writeFile(path.join(folder, name), DOCKERFILE);
}

async function runNode(
  main: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exitCode: number | null; log: string }> {
  return await new Promise((resolve) => {
    const child = spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let log = '';
    const add = (text: string): void => void (log += text);
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.on('close', (exitCode) => resolve({ exitCode, log }));
  });
}

/** The recorded words, with what is different by nature replaced: names of temporary files by what they hold. */
async function recordedArgv(world: string): Promise<readonly string[] | null> {
  const recorded = await textOf(path.join(world, 'argv'));
  if (recorded === '') return null;
  const words = recorded.split('\0').slice(0, -1);
  let secret = 0;
  const replaced = words.map(async (word, index) => {
    const previous = words[index - 1];
    if (previous === '--iidfile' || previous === '--metadata-file') return `<${previous.slice(2)}>`;
    const [id, file] = word.split(',src=');
    if (previous !== '--secret' || id === undefined || file === undefined) return word;
    const number = (secret += 1);
    if (!path.isAbsolute(file)) return word;
    return `${id},src=<${JSON.stringify(await textOf(path.join(world, `secret-${number}`)))}>`;
  });
  return await Promise.all(replaced);
}

async function secretModes(world: string): Promise<readonly string[]> {
  const names = (await readdir(world)).filter((name) => name.startsWith('mode-'));
  return await Promise.all(names.map(async (name) => (await textOf(path.join(world, name))).trim()));
}

/** `name<<delimiter`, lines, delimiter (actions/toolkit, file-command.ts). */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const match of text.matchAll(/^([^\n=<]+)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm))
    outputs[match[1] ?? ''] = match[3] ?? '';
  return outputs;
}

function commandsIn(log: string, name: string): readonly { readonly properties: string; readonly text: string }[] {
  return [...log.matchAll(new RegExp(`^::${name}(?: ([^\\n:]*(?::[^:\\n]+)*?))?::(.*)$`, 'gm'))].map((match) => ({
    properties: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
