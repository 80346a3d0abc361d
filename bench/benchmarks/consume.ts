import type { Bed } from '../bed.ts';
import { compare, type Effort } from '../compare.ts';
import { digestOf, idOf } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions, seedReviews } from '../seed.ts';
import { OWNERS, pair, plural, targetOf, userIdsOf } from './write.ts';

/** Rows per statement. The trigger keeps all of them in memory. */
const BATCH = 10_000;

/** Consuming an approval, compared with a bare conditional UPDATE. */
export async function measureConsume(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const owners of OWNERS) {
    const userIds = userIdsOf('consumed', owners);
    await seedExecutions(bed.database, userIds);
    const plan = {
      operation: 'consumeReview',
      owners: await bed.owners(userIds, 'agent', 'review:request'),
    } as const;
    const contestants = await pair(bed, plan, (prefix, count) => verify(bed, prefix, count));
    const before = async (prefix: string, count: number) => {
      await seedReviews(bed.database, userIds, prefix, count);
      await approve(bed, prefix, count);
      await bed.database.pool.query('ANALYZE "PendingReview"'); // as in measureDecide
    };
    const [ours = [], baseline = []] = await compare(
      bed.load,
      contestants.map((contestant) => ({ ...contestant, before })),
      effort,
    );
    const benchmark = `consumeReview, ${plural(owners)}`;
    results.push(ratioResult(benchmark, ours, baseline, targetOf(bed, owners)));
  }
  return results;
}

async function approve({ database }: Bed, prefix: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, at) => start + at);
    await database.pool.query(
      `UPDATE "PendingReview" r SET "status" = 'APPROVED', "decidedBy" = 'reviewer',
        "decisionSource" = 'REVIEWER', "reviewedAt" = now(), "payloadDigest" = a."digest"
      FROM unnest($1::text[], $2::text[]) AS a("nodeExecId", "digest")
      WHERE r."nodeExecId" = a."nodeExecId"`,
      [numbers.map((number) => idOf(prefix, number)), numbers.map(digestOf)],
    );
  }
}

async function verify({ database }: Bed, prefix: string, count: number): Promise<void> {
  const { rows } = await database.pool.query(
    `SELECT
      (SELECT count(*) FROM "PendingReview" WHERE "nodeExecId" LIKE $1 AND "consumedBy" = 'agent') AS "reviews",
      (SELECT count(*) FROM "ReviewEvent" WHERE "nodeExecId" LIKE $1 AND "kind" = 'PROCESSED') AS "events"`,
    [`${prefix}-%`],
  );
  const { reviews, events } = rows[0] as { reviews: number; events: number };
  if (reviews !== count || events !== count) {
    throw new Error(`Consumed ${count} reviews, but found ${reviews} rows and ${events} events`);
  }
}
