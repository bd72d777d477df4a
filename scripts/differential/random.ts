/** A small seeded generator (mulberry32): the same seed gives the same cases on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Some of the items, in their order of drawing; now and then one twice. */
  readonly some: <T>(items: readonly T[], most: number) => readonly T[];
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    pick,
    some: (items, most) => Array.from({ length: 1 + Math.floor(next() * most) }, () => pick(items)),
  };
}
