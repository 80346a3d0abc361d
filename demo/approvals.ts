import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../src/client/connect.ts';
import { RefusedError } from '../src/client/errors.ts';
import { followEvents } from '../src/client/followEvents.ts';
import {
  FeedCursorDocument,
  RequestReviewDocument,
  type RequestReviewInput,
  type RequestReviewMutation,
  SetReviewProcessedDocument,
} from '../src/client/generated/graphql.ts';

/** An approval in advance is no event of a review, so the agent asks again from time to time as well. */
const ASK_AGAIN_MS = 10_000;
const RETRY_MS = 1_000;

type Asked = Extract<
  RequestReviewMutation['requestReview'],
  { __typename: 'RequestReviewPayload' }
>;
/** The outcome of this ask, or the review that was settled and consumed by an earlier run. */
export type Answer =
  | { kind: 'result'; result: NonNullable<Asked['result']>; review: Asked['review'] }
  | { kind: 'settled before'; review: NonNullable<Asked['review']> };

export type ApprovalsOptions = {
  client: Client;
  graphExecId: string;
  signal: AbortSignal;
  onCutOff: () => void;
  onBack: () => void;
};

/**
 * How an agent asks and waits. It asks; while there is no outcome it waits for an event of its review and asks again.
 * The feed is followed from before the first ask, so no event is missed, and asking twice changes nothing.
 */
export class Approvals {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #seen = new Map<string, number>();
  #news = Promise.withResolvers<void>();
  #failure: unknown;

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  static async open(options: ApprovalsOptions): Promise<Approvals> {
    const { client, graphExecId, signal, onCutOff, onBack } = options;
    const approvals = new Approvals(client, signal);
    const { pendingReviewsForExecution } = await client.request(FeedCursorDocument, {
      graphExecId,
    });
    const after = pendingReviewsForExecution.feedCursor;
    void approvals.#listen({ after, graphExecId, signal, onCutOff, onBack });
    return approvals;
  }

  /** @param onWaiting called once, where a person is awaited */
  async ask(
    input: RequestReviewInput & { nodeExecId: string },
    onWaiting: () => void,
  ): Promise<Answer> {
    for (let isFirst = true; ; isFirst = false) {
      const seen = this.#seen.get(input.nodeExecId) ?? 0;
      const { requestReview } = await this.#patiently(() =>
        this.#client.request(RequestReviewDocument, { input }),
      );
      if (requestReview.__typename !== 'RequestReviewPayload')
        throw new Error(requestReview.message);
      const { result, review } = requestReview;
      if (result) return { kind: 'result', result, review };
      if (review?.processed) return { kind: 'settled before', review };
      if (isFirst) onWaiting();
      await this.#untilNews(input.nodeExecId, seen);
    }
  }

  /** The outcome has been dealt with. */
  async setProcessed(nodeExecId: string): Promise<void> {
    const { setReviewProcessed } = await this.#patiently(() =>
      this.#client.request(SetReviewProcessedDocument, { input: { nodeExecId, processed: true } }),
    );
    // Whoever deleted the review meanwhile wants nothing noted about it.
    if (setReviewProcessed.__typename === 'InvalidInputError') {
      throw new Error(setReviewProcessed.message);
    }
  }

  async #listen(options: Omit<ApprovalsOptions, 'client'> & { after: string }): Promise<void> {
    try {
      for await (const { nodeExecId, kind } of followEvents(this.#client, options)) {
        if (kind === 'REQUESTED') continue;
        this.#seen.set(nodeExecId, (this.#seen.get(nodeExecId) ?? 0) + 1);
        this.#news.resolve();
        this.#news = Promise.withResolvers();
      }
    } catch (error) {
      this.#failure = error;
      this.#news.resolve();
    }
  }

  async #untilNews(nodeExecId: string, seen: number): Promise<void> {
    const limit = Date.now() + ASK_AGAIN_MS;
    while ((this.#seen.get(nodeExecId) ?? 0) === seen && Date.now() < limit) {
      if (this.#failure) throw this.#failure;
      const timer = new AbortController();
      const timeout = pause(limit - Date.now(), undefined, { signal: timer.signal }).catch(
        () => {},
      );
      await Promise.race([this.#news.promise, timeout]);
      timer.abort();
    }
  }

  /** Both questions may be put again, so a service that is away for a while is waited for. */
  async #patiently<Result>(request: () => Promise<Result>): Promise<Result> {
    while (true) {
      try {
        return await request();
      } catch (error) {
        if (error instanceof RefusedError && error.isFinal) throw error;
        if (this.#signal.aborted) throw error;
        await pause(RETRY_MS);
      }
    }
  }
}
