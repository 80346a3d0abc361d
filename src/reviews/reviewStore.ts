import type { Database } from '../database/database.ts';
import type { DecisionSource } from '../database/generated/prisma/client.ts';

/** How long a review may wait, in milliseconds. */
export type ReviewExpiry = {
  /** Of a request that names no time; null: without end. */
  byDefault: number | null;
  /** The most that may be asked, also for one that names no time; null: any time, and no end. */
  atMost: number | null;
};

/** What the operations of this folder stand on. */
export type ReviewStore = {
  database: Database;
  /** To be called after a commit that changed reviews of this owner, so that its feed is read at once. */
  changed(userId: string): void;
  /** Absent: reviews wait without end where nothing else is asked. */
  expiry?: ReviewExpiry;
  /** Told, after the commit, what this process has settled; absent where nobody counts. */
  settled?: ((settled: Settled) => void) | undefined;
};

/** Reviews that one step settled, all the same way. */
export type Settled = {
  source: DecisionSource;
  status: 'APPROVED' | 'REJECTED';
  count: number;
  /** From the asking to a reviewer's decision, in milliseconds. */
  waitedMs?: number;
};
