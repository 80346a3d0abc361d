import type { Bed } from '../bed.ts';
import { type Contestant, compare, type Effort } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions, seedPeople, seedReviews } from '../seed.ts';
import { measureSignIn } from './signIn.ts';

/**
 * The minimum ratio by owners and concurrent connections. Calls that arrive at the same time share
 * a statement and a commit. Every change of a review locks its owner's counter row until the
 * commit: with one owner, the baseline's writes follow each other.
 */
const TARGETS: Record<number, Record<number, number>> = {
  20: { 20: 0.9, 64: 1.2 },
  1: { 64: 2 },
};
export const OWNERS = Object.keys(TARGETS).map(Number).toReversed();

export const targetOf = (bed: Bed, owners: number): number | null =>
  TARGETS[owners]?.[bed.connections] ?? null;

export async function measureRequest(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const owners of OWNERS) {
    const userIds = userIdsOf('asked', owners);
    await seedExecutions(bed.database, userIds);
    const plan = {
      operation: 'requestReview',
      owners: await bed.owners(userIds, 'agent', 'review:request'),
    } as const;
    const [ours = [], baseline = []] = await compare(
      bed.load,
      await pair(bed, plan, (prefix, count) =>
        verifyWrites(bed, prefix, count, 'WAITING', 'REQUESTED'),
      ),
      effort,
    );
    results.push(
      ratioResult(`requestReview, ${plural(owners)}`, ours, baseline, targetOf(bed, owners)),
    );
  }
  return results;
}

export async function measureDecide(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const owners of OWNERS) {
    const userIds = userIdsOf('decided', owners);
    const plan = {
      operation: 'decideReviews',
      owners: await bed.owners(userIds, 'reviewer', 'review:decide'),
    } as const;
    const contestants = await pair(bed, plan, (prefix, count) =>
      verifyWrites(bed, prefix, count, 'APPROVED', 'APPROVED'),
    );
    const before = async (prefix: string, count: number) => {
      await seedReviews(bed.database, userIds, prefix, count);
      // The baseline's query plan must not depend on when autovacuum ran.
      await bed.database.pool.query('ANALYZE "PendingReview"');
    };
    const [ours = [], baseline = []] = await compare(
      bed.load,
      contestants.map((contestant) => ({ ...contestant, before })),
      effort,
    );
    results.push(
      ratioResult(`decideReviews of one, ${plural(owners)}`, ours, baseline, targetOf(bed, owners)),
    );
  }
  return results;
}

const COMPANIES = [
  { name: 'a small company', members: 10, teams: 2, groups: 0 },
  { name: '10,000 members, 200 teams', members: 10_000, teams: 200, groups: 0 },
  { name: '… and 1,000 groups', members: 10_000, teams: 200, groups: 1_000 },
] as const;

/**
 * A vote that completes an approval: three round trips instead of one. The baseline decides in one
 * statement, without any rules.
 */
export async function measureSignOffs(bed: Bed, effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const [at, company] of COMPANIES.entries()) {
    const userIds = userIdsOf(`signed-${at}`, 20);
    await seedPeople(bed.database, userIds, company);
    const plan = {
      operation: 'decideReviews',
      owners: await bed.owners(userIds, 'reviewer', 'review:decide'),
    } as const;
    const contestants = await pair(bed, plan, (prefix, count) =>
      verifyWrites(bed, prefix, count, 'APPROVED', 'APPROVED'),
    );
    const before = async (prefix: string, count: number) => {
      await seedReviews(bed.database, userIds, prefix, count);
      await bed.database.pool.query(
        `UPDATE "PendingReview" SET "approverTeams" = '{team-0}',
          "approvalsRequired" = '[{"teamId": "team-0", "actors": null, "count": 1}]'
        WHERE "nodeExecId" LIKE $1`,
        [`${prefix}-%`],
      );
      await bed.database.pool.query('VACUUM ANALYZE "PendingReview"');
    };
    const [ours = [], baseline = []] = await compare(
      bed.load,
      contestants.map((contestant) => ({ ...contestant, before })),
      effort,
    );
    results.push(ratioResult(`decideReviews, a last vote, ${company.name}`, ours, baseline, null));
  }
  return [...results, await measureSignIn(bed, effort)];
}

export const plural = (owners: number): string => (owners === 1 ? '1 owner' : `${owners} owners`);

export const userIdsOf = (name: string, owners: number) =>
  Array.from({ length: owners }, (_, number) => `${name}-${owners}-${number}`);

export async function pair(
  bed: Bed,
  plan: Pick<Contestant['plan'], 'operation' | 'owners'>,
  after: (prefix: string, count: number) => Promise<void>,
): Promise<Contestant[]> {
  return [
    {
      name: 'ours',
      plan: { ...plan, url: (await bed.server('ours')).url, speaks: 'graphql' },
      after,
    },
    {
      name: 'baseline',
      plan: { ...plan, url: (await bed.server('baseline')).url, speaks: 'plain' },
      after,
    },
  ];
}

/** @throws Error unless every answered request has exactly one row and one event */
export async function verifyWrites(
  bed: Bed,
  prefix: string,
  count: number,
  status: string,
  kind: string,
) {
  const { rows } = await bed.database.pool.query(
    `SELECT
      (SELECT count(*) FROM "PendingReview" WHERE "nodeExecId" LIKE $1 AND "status"::text = $2) AS "reviews",
      (SELECT count(*) FROM "ReviewEvent" WHERE "nodeExecId" LIKE $1 AND "kind"::text = $3) AS "events"`,
    [`${prefix}-%`, status, kind],
  );
  const { reviews, events } = rows[0] as { reviews: number; events: number };
  if (reviews !== count || events !== count) {
    throw new Error(
      `${count} requests were answered, but found ${reviews} rows and ${events} events`,
    );
  }
}
