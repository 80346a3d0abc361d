import { isDeepStrictEqual } from 'node:util';
import type { Bed } from '../bed.ts';
import { vacuum } from '../clientWithoutTimeout.ts';
import { compare, type Effort } from '../compare.ts';
import { Connection } from '../connection.ts';
import { requestOf } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedReviews } from '../seed.ts';

const OWNERS = 20;
const REVIEWS_EACH = 1_000;

/** A page of 25 reviews with payloads, compared with the baseline and with Mercurius. */
export async function measurePage(bed: Bed, effort: Effort): Promise<Result[]> {
  const userIds = Array.from({ length: OWNERS }, (_, number) => `reader-${number}`);
  await seedReviews(bed.database, userIds, 'listed', OWNERS * REVIEWS_EACH);
  await vacuum(bed);

  const owners = await bed.owners(userIds, 'reviewer', 'review:read');
  const plans = [
    { url: (await bed.server('ours')).url, speaks: 'graphql' },
    { url: (await bed.server('baseline')).url, speaks: 'plain' },
    { url: (await bed.server('mercurius')).url, speaks: 'graphql' },
  ] as const;
  const contestants = plans.map((plan) => ({
    name: plan.url,
    plan: { ...plan, operation: 'page', owners } as const,
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
    throw new Error('the servers returned different pages');
  }

  const [oursRates = [], baselineRates = [], mercuriusRates = []] = await compare(
    bed.load,
    contestants,
    effort,
  );
  return [
    ratioResult('page of 25, baseline: node:http + pg', oursRates, baselineRates, 0.75),
    ratioResult('page of 25, baseline: Mercurius + Prisma', oursRates, mercuriusRates, 1.5),
  ];
}
