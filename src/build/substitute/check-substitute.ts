import { randomUUID } from 'node:crypto';
import type { Plan } from '../../plan/plan.ts';
import { BY_CONTEXT } from '../../plan/substitutions.ts';
import type { RunCommand } from '../../process/run-command.ts';
import type { AttemptPorts } from '../attempt.ts';
import { createLineWriter } from '../line-writer.ts';
import { runBuild } from '../run-build.ts';
import { writeRewrite } from '../write-rewrite.ts';
import { checkLine } from './check-line.ts';
import { openFiles, readConfig, type ImageConfig } from './inspect-image.ts';
import { startProblem, staticProblem, wantedOf } from './judge-image.ts';

export interface CheckPorts extends AttemptPorts {
  readonly run: RunCommand;
  readonly tempDir: string;
}

export interface CheckQuestion {
  readonly plan: Plan;
  /** The engine's own platform: what runs here. */
  readonly platform: string | null;
  readonly platforms: readonly string[];
  /** The command that must succeed in the image; null is its entry point with --version, which must start. */
  readonly smokeCommand: string | null;
  /** What is left of the deadline; the trial is a part of the run. */
  readonly remainingMs: number;
}

/** A program that is still running after this long has started. */
const START_MS = 10_000;

/**
 * Whether an image with another base than its Dockerfile names can be expected to work; the reason why not, or null. It is
 * built as planned, but for one platform and without a push; looked at; and started once, without a network.
 */
export async function checkSubstitute(question: CheckQuestion, ports: CheckPorts): Promise<string | null> {
  const { plan, platform, platforms } = question;
  if (platforms.length > 0 && platform !== null && !platforms.includes(platform)) {
    return `it cannot be tried: this engine runs ${platform} only`;
  }
  const tag = `smart-docker-build-check:${randomUUID()}`;
  const built = await build(question, checkLine(plan, platforms.length === 0 ? null : platform, tag), ports);
  if (built !== null) return `the build with it failed: ${built}`;
  try {
    const config = await readConfig(ports.run, tag);
    if (config === null) return 'the engine does not show what was built with it';
    return (await lookAt(plan, config, tag, ports)) ?? (await start(question, config, tag, ports.run));
  } finally {
    await ports.run(['docker', 'image', 'rm', '--force', tag], { timeoutMs: 30_000 });
  }
}

/** The last line of a build that failed, or null. */
async function build(
  { plan, remainingMs }: CheckQuestion,
  argv: readonly string[],
  ports: CheckPorts,
): Promise<string | null> {
  await writeRewrite(plan);
  let last = 'no output';
  const writer = createLineWriter(ports.write);
  const exit = await runBuild({
    argv,
    env: { ...ports.env, ...plan.env },
    cwd: ports.cwd,
    deadlineMs: remainingMs,
    watch: () => null,
    signal: ports.signal,
    onOutput: (_, text) => {
      last = text.trim().split('\n').at(-1) || last;
      writer.push(text);
    },
  });
  writer.end();
  return exit.exitCode === 0 ? null : last;
}

async function lookAt(plan: Plan, config: ImageConfig, image: string, ports: CheckPorts): Promise<string | null> {
  const files = await openFiles(ports.run, image, ports.tempDir);
  if (files === null) return 'its files cannot be read';
  try {
    const replaced = plan.substitutions.filter(({ arg, inResult }) => arg === BY_CONTEXT && inResult === true);
    return await staticProblem(config, files, wantedOf(replaced.map(({ from }) => from)));
  } finally {
    await files.close();
  }
}

async function start(
  { smokeCommand }: CheckQuestion,
  config: ImageConfig,
  image: string,
  run: RunCommand,
): Promise<string | null> {
  const name = `smart-docker-build-${randomUUID()}`;
  const own = smokeCommand?.trim().split(/\s+/) ?? null;
  const [program = '', ...rest] = own ?? [...config.words.slice(0, 1), '--version'];
  const argv = ['docker', 'run', '--name', name, '--network', 'none', '--entrypoint', program, image, ...rest];
  const outcome = await run(argv, { timeoutMs: own === null ? START_MS : 6 * START_MS });
  await run(['docker', 'rm', '--force', '--volumes', name], { timeoutMs: 30_000 });
  return startProblem(outcome, [program, ...rest].join(' '), own !== null);
}
