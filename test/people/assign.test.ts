import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assign } from '../../src/people/assign.ts';

const requirements = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
const cases = requirements.chain((counts) =>
  fc.record({
    counts: fc.constant(counts),
    eligible: fc.array(fc.subarray([...counts.keys()]), { maxLength: 6 }),
  }),
);

/** Tries every assignment of votes to requirements. */
function canBeMet(counts: readonly number[], eligible: readonly (readonly number[])[]): boolean {
  if (counts.every((count) => count === 0)) return true;
  const [first, ...rest] = eligible;
  if (!first) return false;
  return (
    canBeMet(counts, rest) ||
    first.some(
      (at) =>
        (counts[at] ?? 0) > 0 &&
        canBeMet(
          counts.map((count, index) => (index === at ? count - 1 : count)),
          rest,
        ),
    )
  );
}

/** Hall's condition: every set of requirements has enough votes. */
function hallHolds(counts: readonly number[], eligible: readonly (readonly number[])[]): boolean {
  for (let set = 1; set < 2 ** counts.length; set++) {
    const isIn = (at: number) => (set & (1 << at)) !== 0;
    const wanted = counts.reduce((sum, count, at) => sum + (isIn(at) ? count : 0), 0);
    if (eligible.filter((requirements) => requirements.some(isIn)).length < wanted) return false;
  }
  return true;
}

it('43. fills all places exactly when a brute-force search and Hall’s condition say so', () => {
  fc.assert(
    fc.property(cases, ({ counts, eligible }) => {
      const isMet = assign(counts, eligible).every((filled, at) => filled === counts[at]);
      expect(isMet).toBe(canBeMet(counts, eligible));
      expect(isMet).toBe(hallHolds(counts, eligible));
    }),
    { numRuns: 2_000 },
  );
});

it('43. a vote for two teams moves to where it is needed', () => {
  expect(assign([1, 1], [[0, 1], [0]])).toEqual([1, 1]);
});
