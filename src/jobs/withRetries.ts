import { setTimeout as pause } from 'node:timers/promises';
import type { Queries } from '../database/connections.ts';

/** Together these are well within the part of a lease that is kept for the database. */
const PAUSES_MS = [50, 200, 500, 1_000] as const;

/**
 * Runs a statement again if it fails, for example because the connection was lost. Only for
 * statements that change nothing the second time.
 * @param signal ends the retries
 */
export const withRetries = (queries: Queries, signal: AbortSignal): Queries => ({
  async query(statement, values) {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await queries.query(statement, values);
      } catch (error) {
        if (signal.aborted) throw error;
        await pause(pauseMs);
      }
    }
    return queries.query(statement, values);
  },
});
