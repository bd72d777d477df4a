import { dropLocalCache, type LocalCache } from '../build/local-cache.ts';
import type { Inputs } from '../inputs/types.ts';
import type { Blueprint } from '../facts/blueprint.ts';
import { withLearned } from '../facts/learned-images.ts';
import type { ExternalImage } from '../facts/dockerfile/types.ts';
import { cacheFactsOf } from '../plan/cache-facts.ts';
import { wantsModules } from '../plan/go-modules.ts';
import type { Lessons } from '../plan/lessons.ts';
import { makePlan, type PlanQuestion } from '../plan/make-plan.ts';
import type { Outside } from '../plan/outside.ts';
import { BY_CONTEXT, substitutionText } from '../plan/substitutions.ts';
import type { RunFiles } from './run-files.ts';
import type { Prepared } from './prepare.ts';
import type { PlannerWithoutUnfit } from './guarded-planner.ts';

/** Makes plans for one run: the first with nothing learned, each further one with what the attempts so far taught. */
export function createPlanner(
  inputs: Inputs,
  prepared: Prepared,
  local: LocalCache,
  files: RunFiles,
): PlannerWithoutUnfit {
  const { facts, health, memory, lock, warm } = prepared;
  const fixed: Omit<PlanQuestion, 'answers' | 'lessons' | 'nowMs'> = {
    inputs,
    facts,
    health,
    blueprints: prepared.dockerfiles.blueprints,
    memory,
    lock,
    caches: cacheFactsOf(inputs, health, local),
    names: { builder: ownBuilderName(inputs), ...files },
  };
  return async (lessons, refused, unfit) => {
    if (inputs.form === 'image' && isNamed('local', lessons)) await dropLocalCache(local);
    if (lessons.hosts.size > 0 || lessons.hung !== null) await prepared.reconsider(lessons);
    const barred = new Map<string, string>();
    let successor = await prepared.succession(lessons);
    const known = fixed.blueprints.map((one) =>
      withLearned(one, lessons.images, inputs.request.platforms, inputs.settings),
    );
    const blueprints = known.filter(
      (blueprint, index) =>
        !refused.has(standIns(blueprint.facts.images)) &&
        (prepared.dockerfiles.unread !== undefined ||
          isFirstOfFile(blueprint, index, known) ||
          !blueprint.facts.images.some(({ text }) => unfit.has(text))),
    );
    const sentences = [
      ...[...refused].map(([what, reason]) => `${what} was refused: ${reason}`),
      ...[...unfit].map(([name, reason]) => `${name} does not stand in: it ${reason}`),
    ];
    let outside: Outside | null = null;
    for (;;) {
      const plan = makePlan({
        ...fixed,
        ...(outside === null ? {} : { outside }),
        ...successor,
        blueprints,
        refused: sentences,
        answers: prepared.answers(),
        store: { root: warm.root, stored: warm.stored(), modules: warm.modules() },
        lessons,
        nowMs: Date.now(),
      });
      const isWanting = plan.images.some(({ choice }) => choice.kind === 'none');
      const lacksModules = warm.modules() === null && blueprints.some((one) => wantsModules(one, health, lessons));
      if ((isWanting || lacksModules) && (await warm.bringsMore())) continue;
      if (isWanting && outside === null) {
        outside = await prepared.lastResort(files);
        if (outside !== null) continue;
      }
      const { builder } = plan;
      if (builder.kind === 'current' && builder.barred !== undefined) {
        barred.set((successor?.facts ?? facts).builder.name ?? '', builder.barred);
        const next = await prepared.succession(lessons, barred);
        if (next !== null) {
          successor = next;
          continue;
        }
      }
      // What a plan takes from the warm store is compared with its digests first; without it another plan is made.
      if (!(await warm.findsDamage(plan))) return plan;
    }
  };
}

/** A name that no other run has; in a plan that is only printed, the same each time. */
function ownBuilderName({ mode }: Inputs): string {
  return mode === 'plan' ? 'smart-docker-build' : `smart-docker-build-${process.pid}-${Date.now().toString(36)}`;
}

/** Whether this is what the author of a Dockerfile put first. */
function isFirstOfFile(blueprint: Blueprint, index: number, all: readonly Blueprint[]): boolean {
  return all.findIndex(({ file }) => file.path === blueprint.file.path) === index;
}

/** What a Dockerfile's other bases are called in `refused`. */
function standIns(images: readonly ExternalImage[]): string {
  const all = images.filter((image) => image.insteadOf !== undefined);
  return all
    .map(({ insteadOf = '', text }) => substitutionText({ arg: BY_CONTEXT, from: insteadOf, to: text }))
    .join('; ');
}

/** Whether a failure was about this cache, and not about caches of which nobody knows which one it was. */
function isNamed(backend: 'local', { imports }: Lessons): boolean {
  const headline = imports.get(backend);
  return headline !== undefined && [...imports.values()].filter((one) => one === headline).length === 1;
}
