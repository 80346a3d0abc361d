import fc from 'fast-check';

const ROUNDS = 10;

/**
 * Runs a race for many rounds with different values. A failure is reported with the values and the
 * seed; set `SEED` in the environment to repeat the same values.
 */
export function race<Values>(
  values: fc.Arbitrary<Values>,
  round: (values: Values) => Promise<void>,
  rounds = ROUNDS,
): Promise<void> {
  const seed = process.env['SEED'];
  return fc.assert(fc.asyncProperty(values, round), {
    numRuns: rounds,
    // Shrinking is useless: with smaller values it is another race.
    endOnFailure: true,
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
