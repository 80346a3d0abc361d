import type { Database } from '../database/database.ts';

/** What the operations of this folder stand on. */
export type ReviewStore = {
  database: Database;
  /** To be called after a commit that changed reviews of this owner, so that its feed is read at once. */
  changed(userId: string): void;
};
