import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

const WRITE_MS = 5_000;
/** How long closing waits for the last write. */
const CLOSE_MS = 1_000;
const MINUTE_MS = 60_000;
const MAX_REMEMBERED = 10_000;

// Tokens that another process is writing are skipped: it writes the same minute.
const writeUse = statement(
  'writeTokenUse',
  `WITH used AS (
    SELECT t."id", u."at" FROM unnest($1::text[], $2::timestamptz[]) AS u("id", "at")
    JOIN "ApiToken" t ON t."id" = u."id"
    WHERE t."lastUsedAt" IS NULL OR t."lastUsedAt" < u."at"
    ORDER BY t."id" FOR UPDATE OF t SKIP LOCKED
  )
  UPDATE "ApiToken" t SET "lastUsedAt" = used."at" FROM used WHERE t."id" = used."id"`,
);

/**
 * Records when API tokens were last used, to the minute. Requests only note the use in memory. A
 * timer writes what is new, so each token is written at most once a minute.
 */
export class TokenUse {
  readonly #database: Queries;
  readonly #log: Logger;
  /** The last minute that was noted for a token, since 1970. */
  readonly #noted = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  #unwritten = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Queries, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.#write());
    }, WRITE_MS);
  }

  note(tokenId: string): void {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (this.#noted.get(tokenId) === minute) return;
    this.#noted.set(tokenId, minute);
    this.#unwritten.set(tokenId, minute);
  }

  /** Writes what was noted before, unless the database does not answer in time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const written = this.#writing.then(() => this.#write());
    await Promise.race([written, pause(CLOSE_MS, undefined, { ref: false })]);
  }

  async #write(): Promise<void> {
    const used = this.#unwritten;
    if (used.size === 0) return;
    this.#unwritten = new Map();
    const minutes = [...used.values()].map((minute) => new Date(minute * MINUTE_MS));
    try {
      await this.#database.query(writeUse, [[...used.keys()], minutes]);
    } catch (error) {
      this.#log.debug({ err: error }, 'could not record the use of tokens');
      this.#unwritten = new Map([...used, ...this.#unwritten]);
    }
  }
}
