import fc from 'fast-check';

const ROUNDS = 10;

/**
 * Runs a race for several rounds with different values. A failed round is reported with its values
 * and a seed; set `SEED` in the environment to repeat it.
 */
export function race<Values>(
  values: fc.Arbitrary<Values>,
  round: (values: Values) => Promise<void>,
  rounds = ROUNDS,
): Promise<void> {
  const seed = process.env['SEED'];
  return fc.assert(fc.asyncProperty(values, round), {
    numRuns: rounds,
    // Do not shrink: smaller values would be a different race.
    endOnFailure: true,
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
