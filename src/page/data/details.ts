import { jsonTextOf } from '@holdpoint/client/json';
import { type DetailFragment, DetailsDocument } from '../generated/graphql.ts';
import { messageOf, type Service } from './service.ts';

/** A whole review weighs up to a megabyte, so only the most recent ones are kept. */
const MAX_KEPT = 200;
const MAX_KEPT_CHARACTERS = 20_000_000;
/** Reviews per request, so that the first ones arrive soon. */
const BATCH_SIZE = 10;

/** A whole review, with its payloads, the schema of the answer and the answer as exact JSON text. */
export type Detail = Omit<
  DetailFragment,
  'payload' | 'originalPayload' | 'answerSchema' | 'answer'
> & {
  payload: string;
  originalPayload: string;
  /** What an answer has to look like. Null for an action. */
  answerSchema: string | null;
  answer: string | null;
};

export type DetailState =
  | { status: 'loading' }
  | { status: 'loaded'; review: Detail }
  /** It does not exist, or belongs to another workspace. */
  | { status: 'missing' }
  | { status: 'failed'; message: string };

export const detailOf = (fragment: DetailFragment): Detail => ({
  ...fragment,
  payload: jsonTextOf(fragment.payload).text,
  originalPayload: jsonTextOf(fragment.originalPayload).text,
  answerSchema: textOrNull(fragment.answerSchema),
  answer: textOrNull(fragment.answer),
});

const textOrNull = (json: unknown): string | null => (json == null ? null : jsonTextOf(json).text);

/** Whether two versions of a review ask for the same thing. */
export const isSameRequest = (one: Detail, other: Detail): boolean =>
  one.subjectDigest === other.subjectDigest;

const loading: DetailState = { status: 'loading' };

/** A cache of whole reviews, which are read when they are needed. */
export class Details {
  readonly #service: Service;
  readonly #states = new Map<string, DetailState>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #wanted = new Set<string>();
  readonly #changeListeners = new Set<() => void>();
  #changes = 0;
  /** The number of the latest request for each id. Answers to earlier requests are ignored. */
  readonly #latest = new Map<string, number>();
  #requests = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  get(nodeExecId: string): DetailState {
    return this.#states.get(nodeExecId) ?? loading;
  }

  subscribe(nodeExecId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(nodeExecId) ?? new Set();
    this.#listeners.set(nodeExecId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(nodeExecId);
    };
  }

  /** The reviews that are loaded now. */
  *loaded(): Iterable<Detail> {
    for (const state of this.#states.values()) if (state.status === 'loaded') yield state.review;
  }

  /** Together with `changes` for useSyncExternalStore: any review was loaded or forgotten. */
  readonly subscribeToAll = (listener: () => void): (() => void) => {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  };

  /** Grows with each change. */
  readonly changes = (): number => this.#changes;

  /** Reads these reviews unless they are loaded. */
  want(nodeExecIds: readonly string[]): void {
    for (const nodeExecId of nodeExecIds) {
      if (this.get(nodeExecId).status === 'loaded' || this.#latest.has(nodeExecId)) continue;
      this.#readSoon(nodeExecId);
    }
  }

  /** The review changed: read it again if somebody looks at it, otherwise forget it. */
  invalidate(nodeExecId: string): void {
    if (this.#listeners.has(nodeExecId)) this.#readSoon(nodeExecId);
    else {
      this.#states.delete(nodeExecId);
      this.#latest.delete(nodeExecId);
      this.#changed();
    }
  }

  invalidateAll(): void {
    for (const nodeExecId of [...this.#states.keys()]) this.invalidate(nodeExecId);
  }

  /**
   * Reads a review again.
   * @returns null if it does not exist
   * @throws RefusedError, UnreachableError
   */
  async read(nodeExecId: string): Promise<Detail | null> {
    const reviews = await this.#read([nodeExecId]);
    return reviews.get(nodeExecId) ?? null;
  }

  /** Stores a review from the response to another request. */
  put(review: Detail): void {
    this.#latest.delete(review.nodeExecId);
    this.#become(review.nodeExecId, { status: 'loaded', review });
  }

  clear(): void {
    this.#states.clear();
    this.#latest.clear();
    this.#changed();
    for (const nodeExecId of this.#listeners.keys()) this.invalidate(nodeExecId);
  }

  #changed(): void {
    this.#changes++;
    for (const listener of this.#changeListeners) listener();
  }

  #readSoon(nodeExecId: string): void {
    this.#wanted.add(nodeExecId);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const ids = [...this.#wanted];
      this.#wanted.clear();
      for (let at = 0; at < ids.length; at += BATCH_SIZE) {
        // A failure is in the state of each review.
        this.#read(ids.slice(at, at + BATCH_SIZE)).catch(() => {});
      }
    }, 0);
  }

  async #read(nodeExecIds: string[]): Promise<Map<string, Detail>> {
    const request = ++this.#requests;
    for (const nodeExecId of nodeExecIds) this.#latest.set(nodeExecId, request);
    const becomeIfLatest = (stateOf: (nodeExecId: string) => DetailState) => {
      for (const nodeExecId of nodeExecIds) {
        if (this.#latest.get(nodeExecId) !== request) continue;
        this.#latest.delete(nodeExecId);
        this.#become(nodeExecId, stateOf(nodeExecId));
      }
    };
    try {
      const { reviews } = await this.#service.request(DetailsDocument, { nodeExecIds });
      const found = new Map(reviews.map((review) => [review.nodeExecId, detailOf(review)]));
      becomeIfLatest((nodeExecId) => {
        const review = found.get(nodeExecId);
        return review ? { status: 'loaded', review } : { status: 'missing' };
      });
      return found;
    } catch (error) {
      becomeIfLatest((nodeExecId) => {
        const before = this.get(nodeExecId);
        return before.status === 'loaded'
          ? before
          : { status: 'failed', message: messageOf(error) };
      });
      throw error;
    }
  }

  #become(nodeExecId: string, state: DetailState): void {
    this.#states.delete(nodeExecId);
    this.#states.set(nodeExecId, state);
    this.#forgetOldest();
    for (const listener of this.#listeners.get(nodeExecId) ?? []) listener();
    this.#changed();
  }

  #forgetOldest(): void {
    let characters = 0;
    for (const state of this.#states.values()) characters += sizeOf(state);
    for (const [nodeExecId, state] of this.#states) {
      if (this.#states.size <= MAX_KEPT && characters <= MAX_KEPT_CHARACTERS) return;
      if (this.#listeners.has(nodeExecId)) continue;
      characters -= sizeOf(state);
      this.#states.delete(nodeExecId);
    }
  }
}

const sizeOf = (state: DetailState): number =>
  state.status === 'loaded' ? state.review.payload.length : 0;
