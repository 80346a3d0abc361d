import type { Queries } from '../database/connections.ts';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import { scopes, type Viewer } from '../identity/viewer.ts';

/** What changes of people need. */
export type PeopleStore = {
  database: Database;
  /** Call it after a commit that changed reviews of the workspace. */
  notifyFeed(userId: string): void;
};

/** Who changes members, teams, delegations and tokens. */
export type Manager = Pick<Viewer, 'userId' | 'actor' | 'scopes' | 'groups'> & {
  /** The command line may also do what nobody may do to themselves. */
  readonly isCommandLine?: true;
};

export const commandLine = (userId: string): Manager => ({
  userId,
  actor: 'command line',
  scopes,
  groups: [],
  isCommandLine: true,
});

/** Whether the actor is the manager, who may then do less. */
export const isOneself = (manager: Manager, actor: string): boolean =>
  !manager.isCommandLine && manager.actor === actor;

const lock = statement(
  'lockPeople',
  `SELECT pg_advisory_xact_lock(hashtextextended('holdpoint people ' || $1, 0))::text`,
);

const record = statement(
  'recordPeopleChange',
  `INSERT INTO "PeopleChange" ("userId", "actor", "change", "subject", "detail")
  VALUES ($1, $2, $3, $4, $5::jsonb)`,
);

export type Change = Queries & {
  /** Puts the change on record. Without it, the transaction is not expected to change anything. */
  record(change: string, subject: string, detail: Record<string, unknown>): Promise<void>;
};

/**
 * Runs a change of people in a transaction, one at a time in a workspace.
 *
 * `work` locks the team first, then members. Triggers lock the workspace's version after each
 * change of them, and others who lock both (requests, sign-ins) take the version last.
 */
export function changePeople<Result>(
  { database }: PeopleStore,
  { userId, actor }: Manager,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  return database.transaction(userId, async (queries) => {
    await queries.query(lock, [userId]);
    return work({
      query: queries.query,
      record: async (change, subject, detail) => {
        await queries.query(record, [userId, actor, change, subject, JSON.stringify(detail)]);
      },
    });
  });
}
