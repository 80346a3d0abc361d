import type { Logger } from 'pino';
import { type Queries, readEverywhere } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { LimitListener } from '../limits/errors.ts';
import { QuotaExceededError, type WorkspaceQuota } from './errors.ts';

/** How old the numbers are at most when a request is refused. */
const READ_MS = 2_000;
const BYTES_PER_MB = 1_000_000;

/** How much each workspace may have. */
export type QuotaLimits = { waitingReviews: number; storedBytes: number };

const readUsage = statement(
  'readWorkspaceUsage',
  `SELECT "userId", "waiting", "storedBytes" FROM "OwnerCounter" c WHERE "userId" = ANY ($1::text[])`,
);

type Usage = { userId: string; waiting: number; storedBytes: number };

/**
 * Limits how many reviews of a workspace wait, and how much its reviews and attachments store. Triggers keep
 * both numbers in a row that each change of a review updates anyway. A timer reads the rows of the
 * workspaces that requested reviews since the last time, so that a request costs no statement. A
 * workspace can therefore exceed a limit by what it requests in two seconds.
 */
export class WorkspaceQuotas {
  readonly #database: Queries;
  readonly #limits: QuotaLimits;
  readonly #log: Logger;
  readonly #onLimit: LimitListener | undefined;
  readonly #timer: NodeJS.Timeout;
  #requested = new Set<string>();
  #exceeded = new Map<string, QuotaExceededError[]>();
  #isReading = false;

  constructor(database: Queries, limits: QuotaLimits, log: Logger, onLimit?: LimitListener) {
    this.#database = database;
    this.#limits = limits;
    this.#log = log;
    this.#onLimit = onLimit;
    this.#timer = setInterval(() => void this.#read(), READ_MS);
  }

  /**
   * @param only the quota that matters; by default all
   * @returns the error for what would take more; undefined if the workspace is within its quotas
   */
  check(userId: string, only?: WorkspaceQuota): QuotaExceededError | undefined {
    this.#requested.add(userId);
    return this.#exceeded.get(userId)?.find(({ quota }) => only === undefined || quota === only);
  }

  /**
   * For what only takes more storage.
   * @throws QuotaExceededError
   */
  checkStorage(userId: string): void {
    const exceeded = this.check(userId, 'STORED_BYTES');
    if (!exceeded) return;
    this.refused(exceeded);
    throw exceeded;
  }

  /** Notes that something was refused. */
  refused({ quota }: QuotaExceededError): void {
    this.#onLimit?.(quota === 'WAITING_REVIEWS' ? 'waiting_reviews' : 'stored_bytes');
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Workspaces over a limit are read again until they are below it, whether they request or not. */
  async #read(): Promise<void> {
    const userIds = [...new Set([...this.#requested, ...this.#exceeded.keys()])];
    if (userIds.length === 0 || this.#isReading) return;
    this.#isReading = true;
    this.#requested = new Set();
    try {
      const { rows: usages } = await readEverywhere<Usage>(this.#database, readUsage, [userIds]);
      this.#exceeded = new Map(
        usages.flatMap((usage) => {
          const errors = this.#errorsOf(usage);
          return errors.length > 0 ? [[usage.userId, errors]] : [];
        }),
      );
    } catch (error) {
      for (const userId of userIds) this.#requested.add(userId);
      this.#log.debug({ err: error }, 'could not read how much workspaces use');
    } finally {
      this.#isReading = false;
    }
  }

  #errorsOf({ userId, waiting, storedBytes }: Usage): QuotaExceededError[] {
    const limits = this.#limits;
    const errors: QuotaExceededError[] = [];
    if (waiting >= limits.waitingReviews) {
      const text = `${waiting} reviews of workspace ${userId} are waiting, and at most ${limits.waitingReviews} may (HOLDPOINT_MAX_WAITING_REVIEWS). Decide or withdraw some first`;
      errors.push(new QuotaExceededError('WAITING_REVIEWS', text));
    }
    if (storedBytes >= limits.storedBytes) {
      const text = `The reviews and attachments of workspace ${userId} take ${megabytes(storedBytes)} MB, and at most ${megabytes(limits.storedBytes)} MB is allowed (HOLDPOINT_MAX_STORED_MB)`;
      errors.push(new QuotaExceededError('STORED_BYTES', text));
    }
    return errors;
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / BYTES_PER_MB);
