import type { Blueprint } from '../facts/blueprint.ts';
import type { Strategy } from '../inputs/types.ts';
import type { PlanQuestion } from './make-plan.ts';
import type { ImageRoute } from './plan.ts';
import { routesOf, type StoreTerms } from './routes.ts';
import type { StoreMeans } from './store-means.ts';
import type { StrategyChoice } from './strategy.ts';

/** A strategy with the Dockerfile that it builds, and where that one's images come from. */
export interface Chosen extends StrategyChoice {
  readonly blueprint: Blueprint;
  readonly images: readonly ImageRoute[];
  readonly terms: StoreTerms;
}

/**
 * The best blueprint of the strategy. Where an image is left that the warm store alone has, and from long ago, it is an
 * emergency, whatever the score.
 */
export function chooseWithStore(
  question: PlanQuestion,
  choice: StrategyChoice,
  meansFor: (strategy: Strategy) => StoreMeans,
): Chosen {
  const terms = (strategy: Strategy): StoreTerms => ({ means: meansFor(strategy), allowOld: strategy === 'emergency' });
  const chosen = chooseBlueprint(question, choice, terms);
  if (question.inputs.strategy !== 'auto' || chosen.images.every(isRouted)) return chosen;
  const emergency = chooseBlueprint(question, { ...choice, strategy: 'emergency' }, terms);
  const old = emergency.images.find(({ choice: { kind } }) => kind === 'store');
  if (old === undefined || !emergency.images.every(isRouted)) return chosen;
  return { ...emergency, reason: `${old.name} has no healthy source, and the warm store's copy is old` };
}

/** The best blueprint of the strategy; one with an image that nobody has gives way to one whose images are all there. */
function chooseBlueprint(
  question: PlanQuestion,
  choice: StrategyChoice,
  termsFor: (strategy: Strategy) => StoreTerms,
): Chosen {
  const terms = termsFor(choice.strategy);
  const options = question.blueprints.map((blueprint) => ({ blueprint, images: routesOf(question, blueprint, terms) }));
  const routed = options.filter(({ images }) => images.every(isRouted));
  const ofKind = <T extends { blueprint: Blueprint }>(all: readonly T[], kind: Blueprint['kind']): T | undefined =>
    all.find(({ blueprint }) => blueprint.kind === kind);
  const standard = ofKind(options, 'standard');
  if (standard === undefined) throw new Error('a plan needs a Dockerfile');
  const resilient = ofKind(routed, 'resilient') ?? routed[0] ?? ofKind(options, 'resilient') ?? standard;
  if (choice.strategy !== 'optimal') return { ...choice, ...resilient, terms };
  const lost = standard.images.find((image) => !isRouted(image));
  const [rescue] = routed;
  if (lost === undefined || rescue === undefined || question.inputs.strategy !== 'auto')
    return { ...choice, ...standard, terms };
  if (rescue.blueprint.kind === 'standard') return { ...choice, ...rescue, terms };
  return { strategy: 'resilient', reason: `${lost.name} has no healthy source`, ...rescue, terms };
}

/** An image that its registry does not have is no reason to wait, but a declared fallback does without it. */
export function isRouted(image: ImageRoute): boolean {
  const isMissing =
    image.choice.kind === 'upstream' && image.answers.some(({ kind, missing }) => kind === 'upstream' && missing);
  return image.choice.kind !== 'none' && !isMissing;
}
