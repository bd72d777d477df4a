import { freeBytesAt } from '../process/free-space.ts';
import type { RunCommand } from '../process/run-command.ts';
import { readBuilder } from './builder.ts';
import { readBuildx, sharedInspection } from './buildx.ts';
import { readEngine } from './engine.ts';
import type { Facts } from './facts.ts';
import { readJobPolicy } from './job-policy.ts';
import type { RunnerFacts } from './runner.ts';

/** How long docker may think about itself; a dead remote builder must not hold the run. */
const QUESTION_TIMEOUT_MS = 15_000;

/** Asks docker, all questions at once. */
export async function readFacts(
  run: RunCommand,
  runner: RunnerFacts,
  options: {
    readonly builder: string | null;
    readonly builderImage: string;
    readonly cachePath: string;
    readonly cwd: string;
  },
): Promise<Omit<Facts, 'dockerfiles'>> {
  const inspecting = sharedInspection(run, options.builder, QUESTION_TIMEOUT_MS);
  const [engine, builder, inspection, freeBytes, jobPolicy] = await Promise.all([
    readEngine(run, QUESTION_TIMEOUT_MS),
    readBuilder(async () => await inspecting, options.builder, QUESTION_TIMEOUT_MS),
    inspecting,
    freeBytesAt(options.cachePath),
    readJobPolicy(runner.sourcePolicy ?? null, options.cwd),
  ]);
  const buildx = await readBuildx(run, engine.buildxVersion, inspection, QUESTION_TIMEOUT_MS);
  // Only an engine that cannot do the job itself will ever boot that image; everybody else is spared the question.
  const { unbooted } = builder;
  const mayBoot = unbooted !== undefined || (builder.driver === 'docker' && !engine.containerdStore);
  return {
    engine,
    builder,
    buildx,
    runner,
    hasBuilderImage: mayBoot && (await hasImage(run, unbooted?.image ?? options.builderImage)),
    freeBytes,
    ...(jobPolicy === null ? {} : { jobPolicy }),
  };
}

async function hasImage(run: RunCommand, image: string): Promise<boolean> {
  const outcome = await run(['docker', 'image', 'inspect', '--format', '{{.Id}}', image], {
    timeoutMs: QUESTION_TIMEOUT_MS,
  });
  return outcome.kind === 'exited' && outcome.code === 0;
}
