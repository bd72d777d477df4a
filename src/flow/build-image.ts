import { buildWithAttempts } from '../build/attempts.ts';
import { hostname } from 'node:os';
import { recoverOld } from '../build/cache-leftovers.ts';
import {
  discardExport,
  localCachePath,
  openLocalCache,
  prepareLocalCache,
  rotateLocalCache,
  type LocalCache,
} from '../build/local-cache.ts';
import { askPrevious } from '../build/previous-image.ts';
import { createStoreLoader } from '../build/load-stored.ts';
import { readImage } from '../build/read-image.ts';
import { rememberDigests } from '../facts/digest-memory.ts';
import type { DockerfileProblem } from '../facts/dockerfile/types.ts';
import { declaredOutage } from '../health/status-pages.ts';
import type { Inputs } from '../inputs/types.ts';
import { cacheScope } from '../plan/cache-facts.ts';
import { forbidden } from '../plan/forbidden.ts';
import { NO_LESSONS } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { policyObstacle } from '../plan/source-policy.ts';
import type { KeptLocally } from '../build/record.ts';
import type { Result } from '../report/result.ts';
import { restoreLocalCache } from './kept-cache.ts';
import { trialPlanner } from './trial-planner.ts';
import { createInspector } from './inspector.ts';
import { createPlanner } from './planner.ts';
import { confirmedBy } from './confirmed-digests.ts';
import { problemOf } from './living-builder.ts';
import type { Prepared } from './prepare.ts';
import { runFiles } from './run-files.ts';
import { writeSecretFiles } from './secret-files.ts';
import type { Session } from './session.ts';
import { attemptNews } from './tell.ts';
import type { World } from './world.ts';

/** What a run adds to what it was given. */
export type Outcome = Pick<
  Result,
  | 'verdict'
  | 'attempts'
  | 'image'
  | 'previous'
  | 'metadata'
  | 'planned'
  | 'problem'
  | 'imageId'
  | 'digest'
  | 'pushed'
  | 'keptLocally'
  | 'scans'
  | 'verifications'
>;

/** Where the user names the caches, this run keeps none of its own. */
const NO_LOCAL_CACHE: LocalCache = { source: null, destination: '', root: '', problem: 'not used' };

/** Builds until an image stands or nothing is left to try, and puts away what the next build will want. */
export async function buildImage(inputs: Inputs, world: World, session: Session, prepared: Prepared): Promise<Outcome> {
  const { facts } = prepared;
  const previous = askPrevious(inputs, facts.engine.platform, {
    registry: session.ports.registry,
    signal: world.signal,
    now: session.ports.now,
  });
  const kept = await restoreLocalCache(inputs, world, prepared);
  const local = inputs.form === 'image' ? await ownCache(inputs, facts.freeBytes) : NO_LOCAL_CACHE;
  await writeSecretFiles(world.tempDir, world.secretValues);
  const files = runFiles(world.tempDir);
  const engineSeen = facts.engine.problem === null || facts.builder.running;
  const { journal } = world;
  const warn = (error: unknown): void =>
    journal.warning(`The local cache: ${error instanceof Error ? error.message : String(error)}`);
  const environment = childEnvironment(inputs, world);
  const inspector = createInspector(inputs, world, session, prepared);
  const startedAt = performance.now();
  const material = { prepared, local, files, env: environment, inspector, startedAt };
  const plan = trialPlanner(inputs, world, session, material);
  const first = await plan(NO_LESSONS);
  const problem = forbidden(first, inputs.settings, unread(prepared)) ?? (await inspector.objectionToPlan(first));
  if (problem !== null) {
    previous.cancel();
    return { verdict: 'failed', attempts: [], image: null, metadata: null, problem, ...inspector.found() };
  }
  const loader = createStoreLoader(facts.engine.platform, session.run, journal.output);
  const ahead = createPlanner(inputs, prepared, local, files);
  const attempts = await buildWithAttempts(inputs, files, engineSeen, {
    env: environment,
    cwd: world.cwd,
    signal: world.signal,
    write: journal.output,
    run: session.run,
    registry: session.ports.registry,
    around: prepared.health.services,
    builderProblem: async (name) => await problemOf(name, session.run, inputs.settings.builderTimeoutMs),
    onBuilder: world.onBuilder,
    news: attemptNews(inputs, journal),
    random: Math.random,
    declaredOutage: (service) => declaredOutage(prepared.statusPages(), service),
    startedAt,
    plan,
    planAhead: async (lessons) => await ahead(lessons, new Map(), new Map()),
    recheck: prepared.recheck,
    sample: prepared.sample,
    beforeAttempt: async (next) => {
      await prepareLocalCache(local).catch(warn);
      await loader.load(next);
    },
  });
  await loader.unload();
  const last = attempts.records.at(-1);
  const built = last?.outcome.kind === 'built';
  const keeping = built
    ? keep()
    : discardExport(local)
        .catch(warn)
        .then(() => null);
  const { pushed } = attempts;
  const arrived = pushed.find((tag) => tag.digest !== null)?.digest ?? attempts.announcedDigest;
  const written = digestIn(attempts.metadata);
  // With several exporters buildx writes the digest of whichever came last: the tag in the registry has the pushed one.
  const digest = (written && attempts.pushedDigest) ?? written ?? (built ? arrived : null);
  // buildx writes neither file for a build that was ended after its image stood, or whose push was repeated.
  const metadata = attempts.metadata ?? (digest === null ? null : metadataOf(digest, inputs.request.tags));
  const imageId = attempts.imageId ?? (attempts.metadata === null ? digest : null);
  const enginePlatform = facts.engine.platform;
  const loaded = last !== undefined && isLoaded(last.plan);
  const names = { digest, imageId, enginePlatform, loaded };
  const image = built
    ? await readImage(inputs, names, { registry: session.ports.registry, run: session.run, signal: world.signal })
    : null;
  const keptLocally = await keeping;
  const before = built ? await previous.answer({ digest, startedAtMs: attempts.records[0]?.startedAtMs ?? 0 }) : null;
  previous.cancel();
  const verdict = built
    ? 'built'
    : last === undefined || last.outcome.kind === 'cancelled' || world.signal.aborted
      ? 'cancelled'
      : 'failed';
  const outcome = {
    attempts: attempts.records,
    image,
    previous: before,
    metadata,
    imageId,
    digest,
    pushed,
    keptLocally,
  };
  const objection = image === null ? null : await inspector.objectionToImage(image);
  const found = inspector.found();
  if (objection !== null) return { verdict: 'failed', problem: objection, ...outcome, ...found };
  return { verdict, ...outcome, ...found };

  /** Puts away what the next build will want; nobody who reads the image back waits for it. */
  async function keep(): Promise<KeptLocally | null> {
    const rotated = (await rotateLocalCache(local).catch(warn)) ?? null;
    await kept?.save();
    await rememberDigests(inputs.settings.cacheLocalPath, confirmedBy(prepared)).catch(() => undefined);
    return rotated;
  }
}

/** Why it is not known what this build will fetch, or null: then nobody can promise where from. */
function unread({ dockerfiles, facts }: Prepared): string | null {
  if (dockerfiles.unread !== undefined) return dockerfiles.unread;
  const obstacle = policyObstacle(facts);
  const foreign = dockerfiles.blueprints.flatMap((blueprint) => blueprint.facts.problems).find(isForeign);
  return foreign === undefined || obstacle === null ? null : `${foreign.message}, and ${obstacle}`;
}

function isForeign({ kind }: DockerfileProblem): boolean {
  return kind === 'foreign-syntax';
}

/** The local cache as this run finds it, with a folder of its own to write to. */
async function ownCache(inputs: Inputs, freeBytes: number | null): Promise<LocalCache> {
  const { cacheLocalPath, cacheMaxBytes } = inputs.settings;
  const scope = cacheScope(inputs);
  const run = { host: hostname(), pid: process.pid };
  await recoverOld(localCachePath(cacheLocalPath, scope), run);
  return await openLocalCache(cacheLocalPath, scope, { askedBytes: cacheMaxBytes, freeBytes }, run);
}

/** Whether the engine itself holds the result. */
function isLoaded({ argv, builder }: Plan): boolean {
  return argv.includes('--load') || (builder.kind === 'current' && builder.driver === 'docker');
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

/** What buildx's --metadata-file says of an image at the least. */
function metadataOf(digest: string, tags: readonly string[]): string {
  return JSON.stringify({ 'containerimage.digest': digest, 'image.name': tags.join(',') }, null, 2);
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
