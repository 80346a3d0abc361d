import { isStatementTimeout, type Queries } from '../database/connections.ts';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';

// How many reviews a filter matches differs a lot, so each search is planned for its own values.
const settings = statement(
  'boundSearch',
  `SELECT set_config('statement_timeout', $1, true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`,
);

/**
 * Runs statements of a workspace that may read many entries.
 * @returns null if one takes longer
 */
export async function bounded<Result>(
  database: Database,
  userId: string,
  statementMs: number,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await database.transaction(userId, async (queries) => {
      await queries.query(settings, [String(statementMs)]);
      return work(queries);
    });
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}
