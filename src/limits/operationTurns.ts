import { LRUCache } from 'lru-cache';
import { WorkspaceTurns } from '../workspaceTurns.ts';
import { type LimitListener, TooManyRequestsError } from './errors.ts';

/** With only as many as there are connections to the database, some of those would be idle. */
const MAX_RUNNING = 20;
/**
 * After a large request or answer. Each takes the process so long that two are enough to keep it
 * busy.
 */
const MAX_LARGE_RUNNING = 2;
/** Reading JSON and its digest take longer than writing it. */
const LARGE_REQUEST_CHARACTERS = 200_000;
const LARGE_ANSWER_BYTES = 1_000_000;
const LARGE_FOR_MS = 10_000;
const MAX_REMEMBERED = 10_000;
/** Their requests are in memory. */
const MAX_WAITING = 1_000;
const RETRY_SECONDS = 1;

/**
 * Executes 20 operations of each workspace at the same time, only two for a while after a large
 * request or answer, and the others in order. So a workspace that reads or sends very much does not
 * hold up everybody else: all share this process and its connections to the database.
 */
export class OperationTurns {
  readonly #turns = new WorkspaceTurns((userId) => this.#mostOf(userId));
  /** Workspaces with large requests or answers. */
  readonly #large = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: LARGE_FOR_MS });
  readonly #onLimit: LimitListener | undefined;
  readonly #maxRunning: number;

  /** @param maxRunning how many are executed at the same time */
  constructor(onLimit?: LimitListener, maxRunning = MAX_RUNNING) {
    this.#onLimit = onLimit;
    this.#maxRunning = maxRunning;
  }

  /** @throws TooManyRequestsError if too many operations wait, unless `isPatient` */
  async take<Result>(
    userId: string,
    execute: () => Promise<Result>,
    isPatient = false,
  ): Promise<Result> {
    if (!isPatient && (this.#turns.waiting(userId) ?? 0) >= MAX_WAITING) {
      this.#onLimit?.('waiting_operations');
      throw new TooManyRequestsError(
        `This workspace already has ${MAX_WAITING} operations waiting. Try again in ${RETRY_SECONDS} s`,
        RETRY_SECONDS,
      );
    }
    return this.#turns.take(userId, execute);
  }

  /** Notes the size of a request, before it is executed. */
  received(userId: string, characters: number): void {
    if (characters > LARGE_REQUEST_CHARACTERS) this.#large.set(userId, true);
  }

  /** Notes the size of an answer. */
  answered(userId: string, bytes: number): void {
    if (bytes > LARGE_ANSWER_BYTES) this.#large.set(userId, true);
  }

  #mostOf(userId: string): number {
    return this.#large.size > 0 && this.#large.has(userId) ? MAX_LARGE_RUNNING : this.#maxRunning;
  }
}
