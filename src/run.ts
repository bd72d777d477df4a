import { join } from 'node:path';
import { buildWithAttempts, type AttemptNews } from './build/attempts.ts';
import { openLocalCache, prepareLocalCache, rotateLocalCache } from './build/local-cache.ts';
import { readImage } from './build/read-image.ts';
import { rememberDigests, type DigestMemory } from './facts/digest-memory.ts';
import { needKey } from './facts/blueprint.ts';
import type { Inputs } from './inputs/types.ts';
import { chooseStrategy } from './plan/strategy.ts';
import { NO_LESSONS, type Lessons } from './plan/lessons.ts';
import { cacheFactsOf, cacheScope } from './plan/cache-facts.ts';
import { makePlan, type PlanQuestion } from './plan/make-plan.ts';
import type { Plan } from './plan/plan.ts';
import { prepare, type Prepared } from './prepare.ts';
import { attemptHeadline, failureLines, healthHeadline, healthLines, nextLine, planLines, resultLine } from './report/log.ts';
import type { AttemptRecord, Result } from './report/result.ts';
import { openSession, type Session } from './session.ts';
import type { World } from './world.ts';

/** The whole way: facts and health, plan, attempts, result. Every renderer works on what it gives back. */
export async function run(inputs: Inputs, world: World): Promise<Result> {
  const startedAtMs = Date.now();
  const session = await openSession(world);
  try {
    const prepared = await prepare(inputs, world, session);
    for (const warning of session.warnings()) world.journal.warning(warning);
    tellHealth(inputs, world, prepared);
    const done = inputs.mode === 'health' ? healthOnly() : await build(inputs, world, session, prepared);
    const seconds = (Date.now() - startedAtMs) / 1000;
    const { facts, health } = prepared;
    const result: Result = { ...done, startedAtMs, seconds, inputs, facts, health, tags: inputs.request.tags };
    tellResult(world, result);
    return result;
  } finally {
    session.close();
  }
}

type Outcome = Pick<Result, 'verdict' | 'attempts' | 'image' | 'metadata'>;

function healthOnly(): Outcome {
  return { verdict: 'health', attempts: [], image: null, metadata: null };
}

async function build(inputs: Inputs, world: World, session: Session, prepared: Prepared): Promise<Outcome> {
  const { facts, health, dockerfiles, memory } = prepared;
  const local = await openLocalCache(inputs.settings.cacheLocalPath, cacheScope(inputs));
  const files = { iidFile: join(world.tempDir, 'iidfile'), metadataFile: join(world.tempDir, 'metadata.json') };
  const fixed: Omit<PlanQuestion, 'answers' | 'lessons' | 'nowMs'> = {
    inputs,
    facts,
    health,
    blueprints: dockerfiles.blueprints,
    memory,
    caches: cacheFactsOf(inputs, health, local),
    names: { builder: `smart-docker-build-${process.pid}-${Date.now().toString(36)}`, ...files },
  };
  const plan = async (lessons: Lessons): Promise<Plan> => {
    if (lessons.hosts.size > 0) await prepared.reconsider(lessons.hosts);
    return makePlan({ ...fixed, answers: prepared.answers(), lessons, nowMs: Date.now() });
  };
  const engineSeen = facts.engine.problem === null || facts.builder.running;
  const { journal } = world;
  const attempts = await buildWithAttempts(inputs, files, engineSeen, {
    env: childEnvironment(inputs, world),
    cwd: world.cwd,
    signal: world.signal,
    write: journal.output,
    run: session.run,
    onBuilder: world.onBuilder,
    news: attemptNews(inputs, world),
    random: Math.random,
    plan,
    beforeAttempt: async () => await prepareLocalCache(local),
  });
  const last = attempts.records.at(-1);
  const built = last?.outcome.kind === 'built';
  if (built) {
    await rotateLocalCache(local);
    await rememberDigests(inputs.settings.cacheLocalPath, confirmedBy(last.plan, prepared)).catch(() => undefined);
  }
  const { imageId, metadata } = attempts;
  const digest = digestIn(metadata);
  const enginePlatform = facts.engine.platform;
  const loaded = last !== undefined && isLoaded(last.plan, facts.builder.driver);
  const names = { digest, imageId, enginePlatform, loaded };
  const image = built ? await readImage(inputs, names, { registry: session.ports.registry, run: session.run, signal: world.signal }) : null;
  const verdict = built ? 'built' : last === undefined || last.outcome.kind === 'cancelled' || world.signal.aborted ? 'cancelled' : 'failed';
  return { verdict, attempts: attempts.records, image, metadata };
}

/** Whether the engine itself holds the result. */
function isLoaded(plan: Plan, driver: string | null): boolean {
  return plan.argv.includes('--load') || (plan.builder.kind === 'current' && driver === 'docker');
}

/** The action's own environment, with the settings that buildx reads from there. */
function childEnvironment(inputs: Inputs, world: World): World['env'] {
  const { buildkitProgress, noDefaultAttestations } = inputs.settings;
  return {
    ...world.env,
    ...(buildkitProgress === null ? {} : { BUILDKIT_PROGRESS: buildkitProgress }),
    ...(noDefaultAttestations === null ? {} : { BUILDX_NO_DEFAULT_ATTESTATIONS: noDefaultAttestations }),
  };
}

/** Digests that upstream registries themselves vouched for, to be remembered for the day when they cannot. */
function confirmedBy(plan: Plan, prepared: Prepared): DigestMemory {
  const answers = prepared.answers();
  const keys = prepared.dockerfiles.blueprints.flatMap(({ facts }) => facts.images.map(needKey));
  const atMs = Date.now();
  const upstream = (key: string): string | null => {
    const answer = answers.get(key)?.find(({ kind }) => kind === 'upstream');
    return answer?.state === 'up' ? answer.digest : null;
  };
  return new Map([...new Set([...keys, ...plan.images.map(({ name }) => name)])].flatMap((key) => {
    const digest = upstream(key);
    return digest === null ? [] : [[key, { digest, atMs }] as const];
  }));
}

function digestIn(metadata: string | null): string | null {
  if (metadata === null) return null;
  try {
    const digest = (JSON.parse(metadata) as Record<string, unknown>)['containerimage.digest'];
    return typeof digest === 'string' ? digest : null;
  } catch {
    return null;
  }
}

function tellHealth(inputs: Inputs, world: World, prepared: Prepared): void {
  const { health } = prepared;
  const { strategy } = chooseStrategy(inputs, health.score.total, NO_LESSONS);
  world.journal.group(healthHeadline(health, strategy));
  for (const line of healthLines(health)) world.journal.line(line);
  world.journal.endGroup();
}

function attemptNews(inputs: Inputs, world: World): AttemptNews {
  const { journal } = world;
  const of = inputs.settings.maxRetryAttempts;
  return {
    onPlan: (number, plan) => {
      journal.group(`Plan: ${plan.strategy}`);
      for (const line of planLines(plan)) journal.line(line);
      journal.endGroup();
      journal.group(attemptHeadline(number, of, plan));
    },
    onAttemptEnd: (record: AttemptRecord, nextPlan) => {
      journal.endGroup();
      if (record.outcome.kind === 'failed') journal.line(nextLine(record, of, nextPlan));
    },
  };
}

function tellResult(world: World, result: Result): void {
  const { journal } = world;
  if (result.verdict === 'built') journal.line(resultLine(result));
  if (result.verdict !== 'failed') return;
  const [first = '', ...rest] = failureLines(result);
  const last = rest.pop();
  const spot = result.attempts.at(-1)?.outcome;
  const at = spot?.kind === 'failed' ? spot.failure.dockerfile : null;
  journal.error(first, at === null ? undefined : { file: at.file, line: at.line });
  for (const line of rest) journal.line(line);
  if (last !== undefined) journal.error(last);
}

