import { freeBytesAt } from '../process/free-space.ts';
import type { RunCommand } from '../process/run-command.ts';
import { readBuilder } from './builder.ts';
import { readEngine } from './engine.ts';
import type { Facts } from './facts.ts';
import type { RunnerFacts } from './runner.ts';

/** How long docker may think about itself; a dead remote builder must not hold the run. */
const QUESTION_TIMEOUT_MS = 15_000;

/** Asks docker, all questions at once. */
export async function readFacts(
  run: RunCommand,
  runner: RunnerFacts,
  options: { readonly builder: string | null; readonly builderImage: string; readonly cachePath: string },
): Promise<Omit<Facts, 'dockerfiles'>> {
  const [engine, builder, image, freeBytes] = await Promise.all([
    readEngine(run, QUESTION_TIMEOUT_MS),
    readBuilder(run, options.builder, QUESTION_TIMEOUT_MS),
    run(['docker', 'image', 'inspect', '--format', '{{.Id}}', options.builderImage], { timeoutMs: QUESTION_TIMEOUT_MS }),
    freeBytesAt(options.cachePath),
  ]);
  return { engine, builder, runner, hasBuilderImage: image.kind === 'exited' && image.code === 0, freeBytes };
}
