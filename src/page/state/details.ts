import { jsonTextOf } from '@holdpoint/client/json';
import type { Client } from '@urql/core';
import { type DetailFragment, DetailsDocument } from '../generated/graphql.ts';
import { ask, type ServiceError } from '../service/openClient.ts';

/** Whole reviews weigh up to a megabyte: only the last that were looked at are kept. */
const MAX_KEPT = 200;
const MAX_KEPT_CHARACTERS = 20_000_000;
/** Asked for at once: the rows on a screen, in pieces that come soon. */
const MAX_AT_ONCE = 10;

/** A whole review, its payloads as their exact text. */
export type Detail = Omit<DetailFragment, 'payload' | 'originalPayload'> & {
  payload: string;
  originalPayload: string;
};

export type DetailState =
  | { status: 'loading' }
  | { status: 'loaded'; review: Detail }
  /** Not there, or another owner's. */
  | { status: 'missing' }
  | { status: 'failed'; message: string };

export const detailOf = (fragment: DetailFragment): Detail => ({
  ...fragment,
  payload: jsonTextOf(fragment.payload).text,
  originalPayload: jsonTextOf(fragment.originalPayload).text,
});

const loading: DetailState = { status: 'loading' };

/** Whole reviews, read when somebody looks at them or is about to. */
export class Details {
  readonly #client: Client;
  readonly #states = new Map<string, DetailState>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #wanted = new Set<string>();
  /** Which answer is the newest for an id: an earlier question may be answered later. */
  readonly #asked = new Map<string, number>();
  #questions = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
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

  /** Reads these unless they are there. */
  want(nodeExecIds: readonly string[]): void {
    for (const nodeExecId of nodeExecIds) {
      const { status } = this.get(nodeExecId);
      if (status === 'loaded' || this.#asked.has(nodeExecId)) continue;
      this.#wanted.add(nodeExecId);
    }
    if (this.#wanted.size > 0) this.#timer ??= setTimeout(() => this.#readWanted(), 0);
  }

  /** Something happened to it: read again where somebody looks, else forgotten. */
  invalidate(nodeExecId: string): void {
    if (this.#listeners.has(nodeExecId)) {
      this.#wanted.add(nodeExecId);
      this.#timer ??= setTimeout(() => this.#readWanted(), 0);
    } else {
      this.#states.delete(nodeExecId);
      this.#asked.delete(nodeExecId);
    }
  }

  /**
   * Reads it anew, and answers it as it stands; null where there is none.
   * @throws ServiceError
   */
  async read(nodeExecId: string): Promise<Detail | null> {
    const found = await this.#read([nodeExecId]);
    if (found instanceof Error) throw found;
    return found.get(nodeExecId) ?? null;
  }

  /** What the service answered to something else. */
  put(review: Detail): void {
    this.#asked.delete(review.nodeExecId);
    this.#become(review.nodeExecId, { status: 'loaded', review });
  }

  clear(): void {
    this.#states.clear();
    this.#asked.clear();
    for (const nodeExecId of this.#listeners.keys()) this.invalidate(nodeExecId);
  }

  #readWanted(): void {
    this.#timer = undefined;
    const ids = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < ids.length; at += MAX_AT_ONCE) {
      void this.#read(ids.slice(at, at + MAX_AT_ONCE));
    }
  }

  async #read(nodeExecIds: string[]): Promise<ServiceError | Map<string, Detail>> {
    const question = ++this.#questions;
    for (const nodeExecId of nodeExecIds) this.#asked.set(nodeExecId, question);
    const found = await this.#ask(nodeExecIds);
    for (const nodeExecId of nodeExecIds) {
      if (this.#asked.get(nodeExecId) !== question) continue;
      this.#asked.delete(nodeExecId);
      if (found instanceof Error) {
        // What was read before goes on being shown.
        if (this.get(nodeExecId).status === 'loaded') continue;
        this.#become(nodeExecId, { status: 'failed', message: found.message });
      } else {
        const review = found.get(nodeExecId);
        this.#become(nodeExecId, review ? { status: 'loaded', review } : { status: 'missing' });
      }
    }
    return found;
  }

  async #ask(nodeExecIds: string[]): Promise<ServiceError | Map<string, Detail>> {
    try {
      const { reviews } = await ask(this.#client, 'query', DetailsDocument, { nodeExecIds });
      return new Map(reviews.map((review) => [review.nodeExecId, detailOf(review)]));
    } catch (error) {
      return error as ServiceError;
    }
  }

  #become(nodeExecId: string, state: DetailState): void {
    this.#states.delete(nodeExecId);
    this.#states.set(nodeExecId, state);
    this.#forgetOld();
    for (const listener of this.#listeners.get(nodeExecId) ?? []) listener();
  }

  #forgetOld(): void {
    let characters = 0;
    for (const state of this.#states.values()) characters += weightOf(state);
    for (const [nodeExecId, state] of this.#states) {
      if (this.#states.size <= MAX_KEPT && characters <= MAX_KEPT_CHARACTERS) return;
      if (this.#listeners.has(nodeExecId)) continue;
      characters -= weightOf(state);
      this.#states.delete(nodeExecId);
    }
  }
}

const weightOf = (state: DetailState): number =>
  state.status === 'loaded' ? state.review.payload.length : 0;
