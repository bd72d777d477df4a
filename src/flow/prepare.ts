import { needsOf, needOf, type NeedOptions } from '../health/needs.ts';
import { readFacts } from '../facts/read-facts.ts';
import { readGivenDockerfile } from '../facts/given-dockerfile.ts';
import { recallDigests, type DigestMemory } from '../facts/digest-memory.ts';
import type { Facts } from '../facts/facts.ts';
import type { Lock } from '../facts/lock-file.ts';
import { ownPlatform, readDockerfiles, type ReadDockerfiles } from '../facts/read-dockerfiles.ts';
import { readRemoteDockerfile } from '../facts/remote-dockerfile.ts';
import { withLearned } from '../facts/learned-images.ts';
import { runnerFrom } from '../facts/runner.ts';
import { sbomScanner } from '../facts/sbom-scanner.ts';
import { withStandIns } from '../facts/stand-ins.ts';
import { createBoard, type Board } from '../health/board.ts';
import { cacheRights } from '../health/cache-rights.ts';
import { judge, startServiceChecks, type HealthQuestion } from '../health/check.ts';
import type { Health } from '../health/health.ts';
import { answersFor, probeUpstream, type ImageNeed } from '../health/probe-image.ts';
import { recheckSource } from '../health/recheck-source.ts';
import { sampleBlob, type BlobSample } from '../health/sample-blob.ts';
import { GO_PROXIES } from '../health/services.ts';
import type { PageReport } from '../health/status-documents.ts';
import { startStatusPages } from '../health/status-pages.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import { isRemoteContext } from '../inputs/parse.ts';
import type { Inputs } from '../inputs/types.ts';
import { BUILDKIT_IMAGE, bootImage } from '../plan/builder-choice.ts';
import { readCacheEntry } from '../plan/cache-entry.ts';
import { cacheReference, cacheScopesOf } from '../plan/cache-facts.ts';
import { NO_LESSONS, type Lessons } from '../plan/lessons.ts';
import { settle } from '../plan/settle.ts';
import type { Location } from '../registry/answer.ts';
import { parseReference, tagOrLatest } from '../registry/reference.ts';
import { storeOf } from '../store/stored.ts';
import type { Session } from './session.ts';
import { openKeptStore } from './kept-store.ts';
import { openWarmStore, type WarmReader } from './warm-reader.ts';
import { openLastResort } from './last-resort.ts';
import { secretDirectory } from './run-files.ts';
import { successionOf, type Succession } from './succession.ts';
import type { World } from './world.ts';

/** Everything that a plan is made of, gathered. */
export interface Prepared {
  readonly facts: Facts;
  readonly health: Health;
  readonly dockerfiles: ReadDockerfiles;
  readonly memory: DigestMemory;
  readonly lock: Lock;
  /** What is kept for the day when nobody else has it. */
  readonly warm: WarmReader;
  /** What the sources of each image have answered so far, by the need's key. */
  readonly answers: () => ReadonlyMap<string, readonly SourceAnswer[]>;
  readonly succession: Succession;
  /** What could be built without any image at all; null where nothing of the kind is thought of. */
  readonly lastResort: ReturnType<typeof openLastResort>;
  /** Asks the sources that become interesting once some hosts, or the builder, are known to fail a build. */
  readonly reconsider: (lessons: Pick<Lessons, 'hosts' | 'hung' | 'images'>) => Promise<void>;
  /** Asks a registry or mirror anew for the images that it may be serving: what is wrong with it, or null. */
  readonly recheck: (host: string) => Promise<string | null>;
  /** Reads a piece of a layer from this byte on, to see how it comes. */
  readonly sample: (layer: Location, fromByte: number) => Promise<BlobSample>;
  /** What the status pages have said so far. */
  readonly statusPages: () => readonly PageReport[];
}

/** Reads the facts and asks for the health of everything at once: neither waits for the other. */
export async function prepare(inputs: Inputs, world: World, session: Session): Promise<Prepared> {
  const board = createBoard();
  const runner = runnerFrom(world.env);
  const factsAsked = readFacts(session.run, runner, {
    builder: inputs.request.builder,
    builderImage: BUILDKIT_IMAGE,
    cachePath: inputs.settings.cacheLocalPath,
    cwd: world.cwd,
  });
  const [dockerfiles, memory] = await Promise.all([
    dockerfilesOf(inputs, world, session).then((read) => withStandIns(read, inputs.settings.fallbacks)),
    recallDigests(inputs.settings.cacheLocalPath),
  ]);
  const { mirrors: custom, mirrorsOnly } = inputs.settings;
  const { offline } = inputs.settings;
  const options: NeedOptions = { mirrors: { custom, mirrorsOnly }, memory, lock: world.lock, offline };
  const isStandard = (kind: string): boolean => kind === 'standard';
  const based = needsOf(dockerfiles.blueprints.filter(({ kind }) => isStandard(kind)).slice(0, 1), options);
  const primary = [...based, ...scannerNeed(inputs, based, options)];
  const known = new Set(primary.map((need) => need.key));
  const secondary = needsOf(dockerfiles.blueprints, options).filter((need) => !known.has(need.key));
  const question: HealthQuestion = {
    cacheService: runner.cacheService,
    cacheScopes: cacheScopesOf(inputs),
    cacheRights:
      runner.cacheService === null ? null : cacheRights(runner.cacheService.token, runner.cacheMode, Date.now()),
    needs: primary,
    targets: targetsOf(inputs),
    goProxies: inputs.settings.goProxies,
    mirrorsOnly,
    offline,
    timeoutMs: inputs.settings.healthCheckTimeoutMs,
  };
  const probe = { knownDown: new Map<string, string>(), timeoutMs: question.timeoutMs, signal: world.signal };
  const startedAt = performance.now();
  const clock = (): number => performance.now() - startedAt;
  startServiceChecks(question, session.ports, board, world.signal);
  const statusPages =
    mirrorsOnly || inputs.settings.offline ? () => [] : startStatusPages(session.ports.http, world.signal);
  for (const need of primary) probeUpstream(session.ports.registry, board, need, probe);

  const facts = { ...(await factsAsked), dockerfiles: dockerfiles.choice };
  const needed = [...primary];
  const alsoNeed = (needs: readonly ImageNeed[]): void => {
    for (const need of needs.filter(({ key }) => needed.every((known) => known.key !== key))) {
      needed.push(need);
      probeUpstream(session.ports.registry, board, need, probe);
    }
  };
  alsoNeed(builderNeed(facts, inputs, options, NO_LESSONS));
  const settleWith = async (knownDown: ReadonlyMap<string, string>, since: () => number): Promise<void> => {
    const isForcedDown = inputs.strategy !== 'auto' && inputs.strategy !== 'optimal';
    const wantsFallbacks = isForcedDown || ['bases', 'all'].includes(inputs.settings.scan.what);
    await settle(
      {
        health: question,
        primary: needed,
        secondary,
        thresholds: inputs.settings.thresholds,
        wantsFallbacks,
        goProxy: firstGoProxy(inputs, dockerfiles),
        probe: { ...probe, knownDown },
      },
      board,
      session.ports,
      since,
    );
  };
  const warmPlatform = facts.engine.platform ?? ownPlatform(process.arch);
  const store = storeOf(world.cwd, inputs.settings.cacheLocalPath);
  await settleWith(new Map(), clock);
  const health = judge(question, board, clock(), Date.now());
  const isKept = inputs.settings.warmStore && inputs.mode === 'build' && health.ghaCacheAvailable;
  const restore = isKept ? async () => (await (await openKeptStore(store, world))?.restore()) ?? false : null;
  const warm = await openWarmStore(store, [...needed, ...secondary], warmPlatform, restore);
  const { blueprints } = dockerfiles;
  return {
    facts,
    health,
    dockerfiles,
    memory,
    lock: world.lock,
    warm,
    lastResort: openLastResort(
      { inputs, facts, health, blueprints, cwd: world.cwd, storedModules: warm.modules },
      session.run,
    ),
    succession: successionOf(inputs, facts, session.run, secretDirectory(inputs, world)),
    answers: () => answersOf([...needed, ...secondary], board),
    statusPages,
    reconsider: async (lessons) => {
      const again = performance.now();
      alsoNeed(builderNeed(facts, inputs, options, lessons));
      alsoNeed(
        needsOf(
          dockerfiles.blueprints.map((one) => withLearned(one, lessons.images, platformsOf(inputs), inputs.settings)),
          options,
        ),
      );
      await settleWith(lessons.hosts, () => performance.now() - again);
    },
    recheck: async (host) => await recheckSource(session.ports.registry, host, [...needed, ...secondary], world.signal),
    sample: async (layer, fromByte) => await sampleBlob(session.blobs, layer, fromByte, world.signal),
  };
}

/** The Go proxy that the stages of this build would ask first; null where they ask none, or the user has settled it. */
function firstGoProxy({ request, settings }: Inputs, { blueprints }: ReadDockerfiles): string | null {
  const isSettled = 'GOPROXY' in argumentsOf(request.buildArgs);
  if (isSettled || blueprints.every(({ facts }) => facts.goUse.kind === 'none')) return null;
  return settings.goProxies[0] ?? (settings.mirrorsOnly || settings.offline ? null : (GO_PROXIES[0] ?? null));
}

/** What an image is wanted for where no Dockerfile says more. */
function platformsOf({ request }: Inputs): readonly string[] {
  return request.platforms.length === 0 ? [ownPlatform(process.arch)] : request.platforms;
}

/** The Dockerfiles that may be built, or the one that the user's own inputs lead to. */
async function dockerfilesOf(inputs: Inputs, world: World, session: Session): Promise<ReadDockerfiles> {
  const { cwd, env, signal, githubToken: token } = world;
  if (isRemoteContext(inputs.request.context)) {
    const workspace = env['GITHUB_WORKSPACE'] || null;
    const { run, ports } = session;
    return await readRemoteDockerfile(inputs, { workspace, run, http: ports.http, env, token, signal });
  }
  return inputs.form === 'image'
    ? await readDockerfiles(inputs.request, world)
    : await readGivenDockerfile(inputs, cwd);
}

/** The registries that this build writes to and reads caches from, asked about the very names that it will use. */
function targetsOf(inputs: Inputs): readonly Location[] {
  const { push, tags, cacheFrom, cacheTo } = inputs.request;
  const given = [...cacheFrom, ...cacheTo].flatMap((cache) => readCacheEntry(cache).references);
  const names = [...(push ? tags : []), cacheReference(inputs) ?? '', ...given];
  return names.flatMap((name) => {
    const parsed = parseReference(name);
    if (parsed.kind !== 'parsed') return [];
    const { registry, repository } = parsed.reference;
    return [{ host: registry, repository, reference: tagOrLatest(parsed.reference) }];
  });
}

/** The image of a builder that is about to boot. */
function builderNeed(
  facts: Facts,
  inputs: Inputs,
  options: NeedOptions,
  lessons: Pick<Lessons, 'hung'>,
): readonly ImageNeed[] {
  const image = bootImage(facts, inputs, lessons);
  const parsed = image === null ? null : parseReference(image);
  if (parsed?.kind !== 'parsed') return [];
  return [needOf(parsed.reference, [facts.engine.platform ?? ownPlatform(process.arch)], options)];
}

/** The image that makes the SBOM, where one is asked for. */
function scannerNeed(inputs: Inputs, known: readonly ImageNeed[], options: NeedOptions): readonly ImageNeed[] {
  const scanner = sbomScanner(inputs.asked.attests);
  const parsed = scanner === null ? null : parseReference(scanner);
  if (parsed?.kind !== 'parsed') return [];
  const need = needOf(parsed.reference, [ownPlatform(process.arch)], options);
  return known.some(({ key }) => key === need.key) ? [] : [need];
}

function answersOf(needs: readonly ImageNeed[], board: Board): ReadonlyMap<string, readonly SourceAnswer[]> {
  return new Map(needs.map((need) => [need.key, answersFor(board, need)]));
}
