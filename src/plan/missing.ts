import type { ImageRoute } from './plan.ts';

/** An image that nobody has vouched for lately is said, not only used. */
export function oldImages(images: readonly ImageRoute[]): readonly string[] {
  return images.flatMap(({ name, choice }) =>
    choice.kind === 'store' && choice.isOld
      ? [`${name} is what the warm store has of it, confirmed by ${choice.confirmedBy}: longer than warm-max-age`]
      : [],
  );
}

/**
 * What the builder at hand keeps from the user.
 *
 * @param builder what it cannot do, or null
 * @param left platforms that are not built
 * @param load where the result ends up
 */
export function missingOf(builder: string | null, left: readonly string[], load: string): readonly string[] {
  const platforms = left.length === 0 ? '' : `${left.join(', ')} is missing from the image: `;
  return [
    ...(builder === null ? [] : [`${platforms}the engine's own builder ${builder}`]),
    ...(load === 'stays in the builder'
      ? ['this engine holds images of one platform only, so the result stays in the build cache; push it to keep it']
      : []),
  ];
}
