import { isDeepStrictEqual } from 'node:util';
import type { Bed } from '../bed.ts';
import { compare, type Effort } from '../compare.ts';
import { Connection } from '../connection.ts';
import { vacuum } from '../patientClient.ts';
import { requestOf } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedReviews } from '../seed.ts';

const OWNERS = 20;
const REVIEWS_EACH = 1_000;

/** A page of 25 reviews with their nodes and payloads, against the floor and against Mercurius. */
export async function measurePage(bed: Bed, effort: Effort): Promise<Result[]> {
  const userIds = Array.from({ length: OWNERS }, (_, number) => `reader-${number}`);
  await seedReviews(bed.database, userIds, 'listed', OWNERS * REVIEWS_EACH);
  await vacuum(bed);

  const owners = await bed.owners(userIds, 'reviewer', 'review:read');
  const plans = [
    { url: (await bed.server('ours')).url, speaks: 'graphql' },
    { url: (await bed.server('floor')).url, speaks: 'plain' },
    { url: (await bed.server('mercurius')).url, speaks: 'graphql' },
  ] as const;
  const contestants = plans.map((plan) => ({
    name: plan.url,
    plan: { ...plan, work: 'page', owners } as const,
  }));

  const [ours, ...others] = await Promise.all(
    contestants.map(async ({ plan }) => {
      const connection = await Connection.open(new URL(plan.url));
      const { body } = await connection.send(requestOf({ ...plan, prefix: '', count: 1 }, 0));
      connection.close();
      return JSON.parse(body) as unknown;
    }),
  );
  if (!others.every((other) => isDeepStrictEqual(other, ours))) {
    throw new Error('the servers do not answer the same page');
  }

  const [oursRates = [], floorRates = [], mercuriusRates = []] = await compare(
    bed.load,
    contestants,
    effort,
  );
  return [
    ratioResult('page of 25, floor: node:http + pg', oursRates, floorRates, 0.6),
    ratioResult('page of 25, floor: Mercurius + Prisma', oursRates, mercuriusRates, 1.5),
  ];
}
