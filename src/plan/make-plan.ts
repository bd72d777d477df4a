import type { Facts } from '../facts/facts.ts';
import type { DigestMemory } from '../facts/digest-memory.ts';
import type { Lock } from '../facts/lock-file.ts';
import type { Health } from '../health/health.ts';
import type { SourceAnswer } from '../health/source-answer.ts';
import { buildkitHas, buildxHas } from '../facts/versions.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import { passedOverText } from '../inputs/passed-over.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Blueprint } from '../facts/blueprint.ts';
import { chooseWithStore, isRouted } from './choose-blueprint.ts';
import { standInNote } from './allowed-builder.ts';
import { withSeed } from './builder-choice.ts';
import { chooseCaches, type CacheFacts } from './caches.ts';
import { givenCaches, leftOutCaches } from './given-caches.ts';
import { deadlineOf } from './deadline.ts';
import { builderOf, fileOf, hasImageId, isDropIn, onCommand } from './liberties.ts';
import { withStoredModules } from './go-modules.ts';
import { goProxyOf } from './go-proxies.ts';
import type { Lessons } from './lessons.ts';
import type { ImageRoute, OutsideBuild, Plan, Substitution } from './plan.ts';
import {
  noOutside,
  outsideContext,
  outsideNotice,
  outsideRewrite,
  outsideSubstitutions,
  type Outside,
} from './outside.ts';
import { packageArguments } from './package-mirrors.ts';
import type { StoredImage } from '../store/stored.ts';
import { builderRouteOf, contextOf, routesOf, scannerRouteOf, type StoreTerms } from './routes.ts';
import { loadsOf, storeMeans } from './store-means.ts';
import { POLICY_VARIABLE, fetchedByName, policyObstacle, sourcePolicyOf, type SourcePolicy } from './source-policy.ts';
import { parseReference } from '../registry/reference.ts';
import { BY_CONTEXT, standInsOf, substitutionNotes } from './substitutions.ts';
import { missingOf, oldImages } from './missing.ts';
import { chooseStrategy } from './strategy.ts';

/** Everything a plan is made of. */
export interface PlanQuestion {
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly health: Health;
  /** The standard Dockerfile first, then the resilient one with its bases, the preferred ones first. */
  readonly blueprints: readonly Blueprint[];
  /** What the sources of each image answered, by its need's key. */
  readonly answers: ReadonlyMap<string, readonly SourceAnswer[]>;
  readonly memory: DigestMemory;
  readonly lock: Lock;
  readonly caches: Omit<CacheFacts, 'exportable' | 'failed'>;
  readonly lessons: Lessons;
  readonly nowMs: number;
  /** Bases that were tried in place of others and refused, a sentence each. */
  readonly refused?: readonly string[];
  /** What the warm store has, by the need's key, and where it is. Default: no store. */
  readonly store?: {
    readonly root: string;
    readonly stored: ReadonlyMap<string, StoredImage>;
    /** The folder of its Go modules, or null. */
    readonly modules?: string | null;
  };
  /** What can be built where nobody has any image. Default: not asked. */
  readonly outside?: Outside;
  readonly names: {
    readonly builder: string;
    readonly iidFile: string;
    readonly metadataFile: string;
    /** The directory to which a Dockerfile of our own making would be written. */
    readonly rewrite: string;
    /** Where a source policy would be written. */
    readonly policy: string;
  };
}

/** The next attempt, decided. A pure function: the same question has the same plan. */
export function makePlan(question: PlanQuestion): Plan {
  const { inputs, facts, lessons } = question;
  const builderRoute = builderRouteOf(question);
  const first = chooseStrategy(inputs, question.health.score.total, lessons);
  const chosen = chooseWithStore(question, first, (strategy) =>
    storeMeans(facts, builderOf(question, strategy, builderRoute).builder),
  );
  const { strategy, blueprint, images, terms } = chosen;
  const builder = builderOf(question, strategy, builderRoute);
  const failed = failedCaches(question);
  const caches = [
    ...givenCaches(inputs.request, question.health, lessons, buildkitHas(facts.buildx.nodes, '0.12.0')),
    ...(isDropIn(inputs)
      ? []
      : chooseCaches(strategy, { ...question.caches, exportable: builder.cacheExport, failed })),
  ];
  const values = (direction: 'import' | 'export'): readonly string[] =>
    caches.flatMap((cache) => (cache.direction === direction && cache.value !== null ? [cache.value] : []));
  const load = loadsResult(question, builder.builder.kind);
  const outside = question.outside?.kind === 'possible' && blueprint.kind === 'outside' ? question.outside.build : null;
  const { platforms, left } = platformsOf(question, builder.multiPlatform, outside);
  const { proxy: goProxy, context: modules } = withStoredModules(question, blueprint, goProxyOf(question, blueprint));
  const rewrite = outside === null ? (goProxy?.rewrite ?? undefined) : outsideRewrite(blueprint);
  const scanner = scannerRouteOf(question, terms);
  const fetched = scanner === null ? images : [...images, scanner];
  const policy = policyOf(question, fetched);
  const seeded = withSeed(builder.builder, builderRoute, facts);
  const boots = seeded.kind === 'own' || seeded.seed !== undefined;
  const all = boots && builderRoute !== null ? [...fetched, builderRoute] : fetched;
  const loads = loadsOf(all, terms.means);
  const substitutions =
    outside === null
      ? substitutionsOf(question, blueprint, terms)
      : outsideSubstitutions(outside, question.blueprints, chosen.lost ?? []);
  const annotations = [...inputs.request.annotations, ...substitutionNotes(substitutions, inputs.request, facts)];
  return {
    strategy,
    reason: chosen.reason,
    dockerfile: { kind: blueprint.kind, file: blueprint.file, ...(rewrite === undefined ? {} : { rewrite }) },
    images: all,
    ...(loads.length === 0 ? {} : { loads }),
    ...(policy === null ? {} : { policy }),
    ...(outside === null ? {} : { outside }),
    substitutions,
    caches,
    ...(blueprint.facts.goUse.kind === 'none'
      ? {}
      : { goStages: blueprint.facts.goUse.stages.map(({ stage }) => stage) }),
    ...(goProxy?.given == null ? {} : { goProxy: goProxy.given }),
    builder: seeded,
    missing: [
      ...(inputs.passedOver ?? []).map(passedOverText),
      ...standInNote(builder.builder),
      ...(question.refused ?? []),
      ...(outside === null ? noOutside(question, images) : [outsideNotice(outside)]),
      ...missingOf(builder.missing, left, load),
      ...oldImages(all),
      ...(goProxy?.unserved == null ? [] : [goProxy.unserved]),
      ...leftOutCaches(caches),
    ],
    deadlineMs: deadlineOf(inputs.settings, question.nowMs, strategy),
    argv: onCommand(
      facts,
      { ...inputs.request, platforms, annotations },
      {
        builder: builder.builder.kind === 'own' ? builder.builder.name : inputs.request.builder,
        buildArgs: [
          ...(outside === null ? baseArguments(substitutions) : []),
          ...packageArguments(blueprint, argumentsOf(inputs.request.buildArgs), inputs.settings),
          ...(goProxy?.argument == null ? [] : [goProxy.argument]),
        ],
        buildContexts: [
          ...(buildxHas(facts.buildx.version, '0.8.0') ? images.flatMap((image) => contextOf(image, terms.means)) : []),
          ...(modules === null ? [] : [modules]),
          ...(outside === null ? [] : [outsideContext(outside)]),
        ],
        cacheFrom: values('import'),
        cacheTo: values('export'),
        file: rewrite?.path ?? fileOf(inputs, blueprint),
        iidFile: hasImageId(inputs, facts) ? question.names.iidFile : null,
        metadataFile: buildxHas(facts.buildx.version, '0.6.0') ? question.names.metadataFile : null,
        load: load === 'loads',
        noCache: strategy === 'emergency' && !isDropIn(inputs),
      },
    ),
    env: { BUILDX_METADATA_WARNINGS: 'true', ...(policy === null ? {} : { [POLICY_VARIABLE]: policy.path }) },
  };
}

/** `locked`, `mirrors-only` and `offline` let nothing in that no Dockerfile told of; what the user gave as a context is his word. */
function policyOf(question: PlanQuestion, images: readonly ImageRoute[]): SourcePolicy | null {
  const { inputs, facts, names } = question;
  const { locked, mirrorsOnly, offline } = inputs.settings;
  const isStrict = (locked || mirrorsOnly || offline) && policyObstacle(facts) === null;
  const given = inputs.request.buildContexts.flatMap((context) => {
    const image = /^[^=]*=docker-image:\/\/(.*)$/.exec(context)?.[1];
    const parsed = image === undefined ? null : parseReference(image);
    return parsed?.kind === 'parsed' ? fetchedByName(parsed.reference) : [];
  });
  return sourcePolicyOf({
    // Where no policy can be given, none of ours may take the place of the job's own.
    images: policyObstacle(facts) === null ? images : images.map(({ isInspected: _inspected, ...image }) => image),
    path: names.policy,
    job: facts.jobPolicy ?? null,
    alsoAllowed: isStrict ? given : null,
  });
}

/** What attempts taught about the caches of our own, of which the registry's may have failed beside others. */
function failedCaches({ caches, lessons }: PlanQuestion): CacheFacts['failed'] {
  const { imports, exports, cacheReferences } = lessons;
  const own = cacheReferences.get(caches.registry.reference ?? '');
  if (own === undefined) return { imports, exports };
  return { imports: new Map(imports).set('registry', own), exports: new Map(exports).set('registry', own) };
}

/** What the Dockerfile's author put first is no substitution; anything after it is. */
function substitutionsOf(question: PlanQuestion, blueprint: Blueprint, terms: StoreTerms): readonly Substitution[] {
  const preferred = question.blueprints.find((other) => other.file.path === blueprint.file.path);
  if (preferred === undefined || preferred === blueprint) return [];
  const original = routesOf(question, preferred, terms);
  const lost = original.filter((image) => !isRouted(image));
  const reason = `${lost.map(({ name }) => name).join(', ') || 'its first choice'} has no healthy source`;
  const hosts = [
    ...new Set(
      lost.flatMap(({ answers }) => answers.filter(({ kind }) => kind === 'upstream').map(({ host }) => host)),
    ),
  ];
  const declared = Object.entries(blueprint.bases).flatMap(([arg, to]): Substitution[] => {
    const from = preferred.bases[arg] ?? to;
    return from === to ? [] : [{ arg, from, to, reason, hosts }];
  });
  return [...declared, ...standInsOf(blueprint, original)];
}

function baseArguments(substitutions: readonly Substitution[]): readonly string[] {
  return substitutions.flatMap(({ arg, to }) => (arg === BY_CONTEXT ? [] : [`${arg}=${to}`]));
}

/** A container builder keeps its result to itself unless it is pushed or loaded; an engine can load one platform. */
function loadsResult(question: PlanQuestion, kind: 'own' | 'current'): 'loads' | 'stays in the builder' | 'not needed' {
  const { request } = question.inputs;
  const { builder, engine } = question.facts;
  if (isDropIn(question.inputs) || request.push || request.load || request.outputs.length > 0) return 'not needed';
  if (kind === 'current' && builder.driver === 'docker') return 'not needed';
  return request.platforms.length <= 1 || engine.containerdStore ? 'loads' : 'stays in the builder';
}

/** What the builder can build of what was asked for; where it is one platform only, the engine's own before others. */
function platformsOf(
  question: PlanQuestion,
  multiPlatform: boolean,
  outside: OutsideBuild | null,
): { readonly platforms: readonly string[]; readonly left: readonly string[] } {
  const asked = question.inputs.request.platforms;
  // What was compiled for a platform must not meet another one that the builder has as its own.
  const platforms = asked.length === 0 && outside !== null ? outside.platforms.map(({ platform }) => platform) : asked;
  if (multiPlatform || platforms.length <= 1) return { platforms, left: [] };
  const own = platforms.find((platform) => platform === question.facts.engine.platform) ?? platforms[0];
  return {
    platforms: platforms.filter((platform) => platform === own),
    left: platforms.filter((platform) => platform !== own),
  };
}
