import type { Bed } from '../bed.ts';
import { type Contestant, compare, type Effort } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions, seedReviews } from '../seed.ts';

/**
 * Each change of a review takes a number from its owner's row and holds that row until it is committed. The writes of one
 * owner therefore stand in line, in ours and in the floor alike; the promise is for a service with several.
 */
const SPREADS = [
  { owners: 20, target: 0.6 },
  { owners: 1, target: null },
] as const;

export async function measureRequest(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const { owners, target } of SPREADS) {
    const userIds = userIdsOf('asked', owners);
    await seedExecutions(bed.database, userIds);
    const plan = {
      work: 'requestReview',
      owners: await bed.owners(userIds, 'agent', 'review:request'),
    } as const;
    const [ours = [], floor = []] = await compare(
      bed.load,
      await pair(bed, plan, (prefix, count) => verify(bed, prefix, count, 'WAITING', 'REQUESTED')),
      effort,
    );
    results.push(ratioResult(`requestReview, ${owners} owner(s)`, ours, floor, target));
  }
  return results;
}

export async function measureDecide(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const { owners, target } of SPREADS) {
    const userIds = userIdsOf('decided', owners);
    const plan = {
      work: 'decideReviews',
      owners: await bed.owners(userIds, 'reviewer', 'review:decide'),
    } as const;
    const contestants = await pair(bed, plan, (prefix, count) =>
      verify(bed, prefix, count, 'APPROVED', 'APPROVED'),
    );
    const before = async (prefix: string, count: number) => {
      await seedReviews(bed.database, userIds, prefix, count);
      // Or the floor's plan is a matter of when autovacuum came by.
      await bed.database.pool.query('ANALYZE "PendingReview"');
    };
    const [ours = [], floor = []] = await compare(
      bed.load,
      contestants.map((contestant) => ({ ...contestant, before })),
      effort,
    );
    results.push(ratioResult(`decideReviews of one, ${owners} owner(s)`, ours, floor, target));
  }
  return results;
}

export const userIdsOf = (name: string, owners: number) =>
  Array.from({ length: owners }, (_, number) => `${name}-${owners}-${number}`);

export async function pair(
  bed: Bed,
  plan: Pick<Contestant['plan'], 'work' | 'owners'>,
  after: (prefix: string, count: number) => Promise<void>,
): Promise<Contestant[]> {
  return [
    {
      name: 'ours',
      plan: { ...plan, url: (await bed.server('ours')).url, speaks: 'graphql' },
      after,
    },
    {
      name: 'floor',
      plan: { ...plan, url: (await bed.server('floor')).url, speaks: 'plain' },
      after,
    },
  ];
}

/** Every request that was answered has its row and its event, and there is nothing else. */
async function verify(bed: Bed, prefix: string, count: number, status: string, kind: string) {
  const { rows } = await bed.database.pool.query(
    `SELECT
      (SELECT count(*) FROM "PendingReview" WHERE "nodeExecId" LIKE $1 AND "status"::text = $2) AS "reviews",
      (SELECT count(*) FROM "ReviewEvent" WHERE "nodeExecId" LIKE $1 AND "kind"::text = $3) AS "events"`,
    [`${prefix}-%`, status, kind],
  );
  const { reviews, events } = rows[0] as { reviews: number; events: number };
  if (reviews !== count || events !== count) {
    throw new Error(`${count} requests were answered, and left ${reviews} rows, ${events} events`);
  }
}
