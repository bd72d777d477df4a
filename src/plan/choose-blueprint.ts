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
  /** The images without a source, where the build does without any. */
  readonly lost?: readonly ImageRoute[];
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
  if (chosen.images.every(isRouted)) return chosen;
  const { strategy } = question.inputs;
  if (strategy !== 'auto') return strategy === 'emergency' ? outsideOr(chosen, question, terms) : chosen;
  const emergency = chooseBlueprint(question, { ...choice, strategy: 'emergency' }, terms);
  const old = emergency.images.find(({ choice: { kind } }) => kind === 'store');
  if (old === undefined || !emergency.images.every(isRouted)) return outsideOr(chosen, question, terms);
  return { ...emergency, reason: `${old.name} has no healthy source, and the warm store's copy is old` };
}

/** The very last resort, which needs no image: taken only where nobody at all has what is wanted. */
function outsideOr(chosen: Chosen, { outside }: PlanQuestion, termsFor: (strategy: Strategy) => StoreTerms): Chosen {
  const lost = chosen.images.filter(({ choice }) => choice.kind === 'none');
  if (outside?.kind !== 'possible' || lost.length < chosen.images.filter((image) => !isRouted(image)).length)
    return chosen;
  const reason = `no source has ${lost.map(({ name }) => name).join(', ')}, and the program can be compiled here`;
  return {
    strategy: 'emergency',
    reason,
    blueprint: outside.blueprint,
    images: [],
    terms: termsFor('emergency'),
    lost,
  };
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
