import { ask } from '../support/operations.ts';
import type { Team, TestService } from '../support/testService.ts';

/** One workspace in each partition. */
export async function inEachPartition({ sql, team }: TestService): Promise<Team[]> {
  const found = new Map<string, Team>();
  while (found.size < 4) {
    const made = team();
    await ask(made.agent, 'first');
    const [row] = await sql<{ partition: string }>(
      'SELECT tableoid::regclass::text AS "partition" FROM "OwnerCounter" WHERE "userId" = $1',
      [made.user],
    );
    found.set(row?.partition ?? '', made);
  }
  return [...found.values()];
}
