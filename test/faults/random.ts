export type Random = {
  /** At least 0, below 1. */
  next(): number;
  /** An integer, both bounds included. */
  int(from: number, to: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(share: number): boolean;
  /** An independent source: later draws from this one do not affect it. */
  fork(): Random;
};

/** Returns a deterministic generator (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    chance: (share) => next() < share,
    fork: () => randomOf(int(0, 2 ** 32 - 1)),
  };
}

/** Picks a key by its weight, as in `{ often: 3, seldom: 1 }`. */
export function pickWeighted<Name extends string>(
  random: Random,
  weights: Record<Name, number>,
): Name {
  const entries = Object.entries<number>(weights) as [Name, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  return entries[0]?.[0] as Name;
}
