import type { Logger } from 'pino';
import { type Queries, readEverywhere } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from './viewer.ts';

/** How soon a change is noticed whose notification was lost. */
const READ_MS = 2_000;

const readDisabled = statement(
  'readDisabledMembers',
  `SELECT "userId", "actor" FROM "Member" m WHERE "disabledAt" IS NOT NULL`,
);

/**
 * The disabled members of all workspaces. They are few, so each process keeps them in memory and
 * checks every request without a query. They are read again every two seconds, and at once when a
 * process is notified of a change.
 */
export class DisabledMembers {
  readonly #database: Queries;
  readonly #log: Logger;
  readonly #onRead: () => void;
  /** By workspace. */
  #actors = new Map<string, Set<string>>();
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param onRead called after each reading, also if nothing has changed */
  constructor(database: Queries, log: Logger, onRead: () => void) {
    this.#database = database;
    this.#log = log;
    this.#onRead = onRead;
  }

  /** Reads them for the first time, so that nobody who is disabled gets in before. */
  async open(): Promise<void> {
    await this.#read();
    this.#timer = setInterval(() => this.refresh(), READ_MS);
  }

  has({ userId, actor }: Pick<Viewer, 'userId' | 'actor'>): boolean {
    return this.#actors.get(userId)?.has(actor) ?? false;
  }

  /** Reads them again. A reading that is under way may have started before the change. */
  refresh(): void {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      this.#running = this.#read().catch((error: unknown) =>
        this.#log.debug({ err: error }, 'could not read the disabled members'),
      );
    });
  }

  /** A reading that is under way ends with its connection. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    type Row = { userId: string; actor: string };
    const { rows, isComplete } = await readEverywhere<Row>(this.#database, readDisabled, []);
    const byWorkspace = [...Map.groupBy(rows, ({ userId }) => userId)].map(
      ([userId, members]) => [userId, new Set(members.map(({ actor }) => actor))] as const,
    );
    // Who was disabled in a workspace that did not answer still is.
    this.#actors = new Map([...(isComplete ? [] : this.#actors), ...byWorkspace]);
    this.#onRead();
  }
}
