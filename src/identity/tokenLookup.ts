import DataLoader from 'dataloader';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { hashOf } from './apiTokens.ts';
import { isReservedActor, isScope, type Viewer } from './viewer.ts';

const findTokens = statement(
  'findApiTokens',
  `SELECT encode("hash", 'hex') AS "hash", "id", "userId", "actor", "scopes", "expiresAt"
  FROM "ApiToken"
  WHERE "hash" = ANY ($1::bytea[]) AND "revokedAt" IS NULL
    AND ("expiresAt" IS NULL OR "expiresAt" > now())`,
);

type Row = {
  hash: string;
  id: string;
  userId: string;
  actor: string;
  scopes: string[];
  expiresAt: Date | null;
};

/** @returns null for each secret that is unknown, expired or revoked, or whose actor is reserved */
export type ReadViewers = (secrets: readonly string[]) => Promise<(Viewer | null)[]>;

/**
 * Reads API tokens or sessions from the database, one query at a time: lookups that arrive while a
 * query runs are made together in the next one. So a flood of invented tokens occupies one
 * connection, and the others are left to requests with a valid token.
 */
export class TokenLookup {
  readonly #secrets: DataLoader<string, Viewer | null>;
  #running: Promise<unknown> = Promise.resolve();

  constructor(read: ReadViewers) {
    this.#secrets = new DataLoader(
      (secrets) => {
        const viewers = read(secrets);
        this.#running = viewers.catch(() => {});
        return viewers;
      },
      { cache: false, batchScheduleFn: (dispatch) => void this.#running.then(dispatch) },
    );
  }

  /** @returns null if the token or session is unknown, expired or revoked */
  viewerOf(secret: string): Promise<Viewer | null> {
    return this.#secrets.load(secret);
  }
}

/** Reads whose API tokens these are. */
export const readApiTokens =
  (database: Queries): ReadViewers =>
  async (tokens) => {
    const hashes = tokens.map(hashOf);
    const rows = await database.query<Row>(findTokens, [hashes]);
    const found = new Map(rows.map((row) => [row.hash, row]));
    return hashes.map((hash) => viewerOfRow(found.get(hash.toString('hex'))));
  };

function viewerOfRow(row: Row | undefined): Viewer | null {
  if (!row || isReservedActor(row.actor)) return null;
  const { id, userId, actor, scopes, expiresAt } = row;
  return {
    userId,
    actor,
    scopes: scopes.filter(isScope),
    expiresAt,
    tokenId: id,
    sessionId: null,
    groups: [],
  };
}
