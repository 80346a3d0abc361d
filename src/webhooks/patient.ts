import { setTimeout as pause } from 'node:timers/promises';
import type { Queries } from '../database/connections.ts';

/** Together well within what a slot is leased for beyond an attempt. */
const PAUSES_MS = [50, 200, 500, 1_000] as const;

/**
 * Asks the database again where it fails, as when a connection is lost: a message that was taken and not noted would be
 * sent twice. For statements that change nothing more the second time.
 */
export const patient = (queries: Queries): Queries => ({
  async query(statement, values) {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await queries.query(statement, values);
      } catch {
        await pause(pauseMs);
      }
    }
    return queries.query(statement, values);
  },
});
