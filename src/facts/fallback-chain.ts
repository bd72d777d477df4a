/**
 * A chain of bases that a Dockerfile declares: the values of one build argument, the preferred one first. Another
 * distribution under a user's feet is a substitution, so it happens only where the Dockerfile itself says that it may:
 *
 *     # fallback RUNTIME_BASE: distroless debian alpine ubuntu
 */
export interface FallbackChain {
  readonly arg: string;
  readonly values: readonly string[];
}

const DIRECTIVE = /^#[ \t]*fallback[ \t]+([A-Za-z_][A-Za-z0-9_]*)[ \t]*:[ \t]*(.+)$/gim;

/** Chains with at least two values; the user's own build arguments settle theirs. */
export function fallbackChains(
  dockerfile: string,
  buildArgs: Readonly<Record<string, string>>,
): readonly FallbackChain[] {
  return [...dockerfile.matchAll(DIRECTIVE)]
    .map(([, arg = '', values = '']) => ({ arg, values: values.trim().split(/[\s,]+/) }))
    .filter(({ arg, values }) => values.length > 1 && !(arg in buildArgs));
}

/** Many times what anybody tries; a Dockerfile of somebody else's must not fill the memory. */
const MAX_COMBINATIONS = 4096;

/**
 * Every combination of the chains' values, the ones nearest to the preferred ones first. Chains that would make too many
 * stay at what the Dockerfile has.
 */
export function combinations(chains: readonly FallbackChain[]): readonly Readonly<Record<string, string>>[] {
  let all: { readonly distance: number; readonly args: Readonly<Record<string, string>> }[] = [
    { distance: 0, args: {} },
  ];
  for (const { arg, values } of chains) {
    if (all.length * values.length > MAX_COMBINATIONS) break;
    all = all.flatMap(({ distance, args }) =>
      values.map((value, index) => ({ distance: distance + index, args: { ...args, [arg]: value } })),
    );
  }
  return all.toSorted((a, b) => a.distance - b.distance).map(({ args }) => args);
}
