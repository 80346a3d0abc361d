import fc from 'fast-check';

const ROUNDS = 10;

/**
 * Runs a race for many rounds, each with other values. A round that breaks its promise is reported with its values and
 * the seed, which as `SEED` in the environment brings the same values again.
 */
export function race<Values>(
  values: fc.Arbitrary<Values>,
  round: (values: Values) => Promise<void>,
  rounds = ROUNDS,
): Promise<void> {
  const seed = process.env['SEED'];
  return fc.assert(fc.asyncProperty(values, round), {
    numRuns: rounds,
    // A race that is run again with smaller values is another race.
    endOnFailure: true,
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
