import { createHash, randomUUID } from 'node:crypto';
import { defaultSessionTimes, readSessions } from '../../src/identity/sessions.ts';
import { startSession } from '../../src/people/identities.ts';
import type { Bed } from '../bed.ts';
import type { Effort } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { type Company, seedPeople } from '../seed.ts';

const CONCURRENT = 4;
/** They sign in again and again. */
const PEOPLE = 10;

/**
 * What a sign-in costs here, once the identity provider has said who it is: the session is begun,
 * and read by the first request. The baseline is a person with one group in a small company.
 */
export async function measureSignIn(
  { database }: Bed,
  { rounds, seconds }: Effort,
): Promise<Result> {
  const small = await companyOf({ members: 10, teams: 2, groups: 1 });
  const large = await companyOf({ members: 10_000, teams: 200, groups: 1_000 });
  const rates: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    for (const [at, signIn] of [large, small].entries()) {
      const rate = await rateOf(signIn, seconds);
      if (round >= 0) rates[at]?.push(rate); // the first one warms up
    }
  }
  return ratioResult('sign-in, 10,000 members, 200 teams, 1,000 groups', ...rates, 0.5);

  async function companyOf(company: Company): Promise<() => Promise<void>> {
    const userId = `sign-in-${randomUUID()}`;
    await seedPeople(database, [userId], company);
    const groups = Array.from({ length: company.groups }, (_, n) => groupId(n));
    let number = 0;
    return async () => {
      const actor = `member-${number++ % PEOPLE}`;
      const person = { userId, actor, issuer: 'https://id.example.com', subject: actor, groups };
      const more = { displayName: actor, email: null, scopes: ['review:decide' as const] };
      const secret = await startSession(
        database,
        { ...person, ...more, idToken: null },
        defaultSessionTimes,
      );
      const [viewer] = await readSessions(database, defaultSessionTimes)([secret]);
      if (!viewer) throw new Error(`The session of ${actor} is not there`);
    };
  }
}

/** An ID of a group as long as those of Entra ID. */
const groupId = (number: number): string =>
  createHash('sha256').update(`group ${number}`).digest('hex').slice(0, 36);

async function rateOf(work: () => Promise<void>, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await work();
      count++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  return (count * 1_000) / (performance.now() - start);
}
