import { LRUCache } from 'lru-cache';
import type { Queries } from '../database/connections.ts';
import type { PolicyMode } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { type CompiledRules, compileRules } from './evaluate.ts';
import type { PolicyRule } from './rule.ts';

/** A version of a workspace's policy, ready to be evaluated. */
export type Policy = {
  /** 0: the workspace has no policy. */
  version: number;
  mode: PolicyMode;
  createdBy: string;
  rules: CompiledRules;
  /** How far the clock of the database is ahead of this process's, in milliseconds. */
  clockAheadMs: number;
};

const read = statement(
  'readCurrentPolicy',
  `SELECT p."version", p."mode", p."createdBy", p."rules"::text AS "rules", clock_timestamp() AS "now"
  FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT * FROM "Policy" WHERE "userId" = $1 ORDER BY "version" DESC LIMIT 1
  ) p ON true`,
);

type Row = {
  version: number | null;
  mode: PolicyMode | null;
  createdBy: string | null;
  rules: string | null;
  now: Date;
};

/**
 * SQL: the number of the current version of the policy of workspace $1, 0 if it has none. A statement
 * that acts on a verdict compares it, so that a version counts for every request that begins after it
 * was saved, on every process.
 */
export const currentVersion = (userId: string): string =>
  `coalesce((SELECT max("version") FROM "Policy" WHERE "userId" = ${userId}), 0)`;

/** Characters of rules that are kept compiled. */
const MAX_CHARACTERS = 10_000_000;
/** What a workspace without rules counts for. */
const ENTRY_CHARACTERS = 200;
/** Then the version is read again, and with it the clock of the database. */
const KEPT_MS = 60_000;

/** The policies of the workspaces that this process serves, compiled once per version. */
export class Policies {
  readonly #kept: LRUCache<string, Policy>;

  constructor(database: Queries) {
    this.#kept = new LRUCache<string, Policy>({
      maxSize: MAX_CHARACTERS,
      ttl: KEPT_MS,
      fetchMethod: async (userId, before, { options }) => {
        const [row] = await database.query<Row>(read, [userId]);
        const { version, mode, createdBy, rules, now } = row as Row;
        const clockAheadMs = now.getTime() - Date.now();
        options.size = ENTRY_CHARACTERS + (rules?.length ?? 0);
        if (before && before.version === (version ?? 0)) return { ...before, clockAheadMs };
        return {
          version: version ?? 0,
          mode: mode ?? 'OFF',
          createdBy: createdBy ?? '',
          rules: compileRules(JSON.parse(rules ?? '[]') as PolicyRule[]),
          clockAheadMs,
        };
      },
    });
  }

  /** The version that was read last. There may be a newer one, so the statement has to check it. */
  async recent(userId: string): Promise<Policy> {
    return (await this.#kept.fetch(userId)) as Policy;
  }

  /** Reads the current version. */
  async current(userId: string): Promise<Policy> {
    return (await this.#kept.fetch(userId, { forceRefresh: true })) as Policy;
  }
}

/** The time by the clock of the database. */
export const nowOf = ({ clockAheadMs }: Policy): Date => new Date(Date.now() + clockAheadMs);
