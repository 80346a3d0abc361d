import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  type FeedEvent,
  followEvents,
  RefusedError,
  UnreachableError,
} from '@holdpoint/client';
import {
  type CommentFragment,
  CommentsDocument,
  type MayNotDecide,
  type ReviewForViewerFragment,
  type ReviewFragment,
  ReviewsForViewerDocument,
  RevisionsDocument,
  WaitingForViewerDocument,
  type WaitingForViewerQuery,
} from '@holdpoint/client/documents';
import { type JsonText, jsonTextOf, stringifyJson } from '@holdpoint/client/json';
import { safeText } from '../terminalText.ts';

/** The service returns at most this many reviews per request. */
const PAGE = 100;
const RETRY_MS = 1_000;

type Requirement = ReviewFragment['approvalsRequired'][number] &
  Partial<ReviewForViewerFragment['approvalsRequired'][number]>;

/** A review with the exact text of its payloads. */
export type Review = Omit<ReviewFragment, 'payload' | 'originalPayload' | 'approvalsRequired'> & {
  payload: JsonText;
  originalPayload: JsonText;
  /** Without their teams if only the progress is shown. */
  approvalsRequired: readonly Requirement[];
  /** Why the viewer may not approve it now. Null if they may; absent if it was not read. */
  viewerMayNot?: MayNotDecide | null;
  /** Oldest first. Absent if they were not read. */
  comments?: readonly CommentFragment[];
  /** The revision that this one replaces. Absent if there is none, or it was not read. */
  previous?: Previous;
};

export type Previous = {
  payload: JsonText;
  changesRequestedBy: string | null;
  changesRequested: string | null;
  /** What the agent says about the revision that replaced it. */
  note: string | null;
};

export type WatchedReviews = {
  /** Only reviews that the viewer may decide. */
  mine: boolean;
};

export const reviewOf = (fragment: ReviewFragment & Pick<Review, 'viewerMayNot'>): Review => ({
  ...fragment,
  payload: jsonTextOf(fragment.payload),
  originalPayload: jsonTextOf(fragment.originalPayload),
});

export type FeedListener = {
  /**
   * Called with all pending reviews, oldest first: at the start, and when they were read again
   * because the cursor had expired.
   */
  onWaiting(reviews: Review[]): void;
  /**
   * Called once per event, in order, with the current state of its review; null if it was deleted.
   */
  onEvent(event: FeedEvent, review: Review | null): void;
  onCutOff(): void;
  onBack(): void;
};

/**
 * Reads the pending reviews, then follows the feed. If the cursor has expired, it starts again.
 * @throws UnreachableError at the start only; RefusedError
 */
export async function watchFeed(
  client: Client,
  listener: FeedListener,
  signal: AbortSignal,
  watched: WatchedReviews = { mine: false },
): Promise<void> {
  let isRestart = false;
  for (;;) {
    try {
      return await readAndFollow(client, listener, signal, watched);
    } catch (error) {
      if (signal.aborted) return;
      isRestart ||= isCursorRefused(error);
      const mayPass = isCursorRefused(error) || error instanceof UnreachableError;
      if (!isRestart || !mayPass) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Whether the cursor is too old, or the database was restored from a backup. */
const isCursorRefused = (error: unknown): boolean =>
  error instanceof RefusedError &&
  (error.code === 'CURSOR_EXPIRED' || error.code === 'BAD_USER_INPUT');

/**
 * Follows the feed from its position before the first page was read. So no event is missed, but the
 * listener may get events of reviews that it already knows.
 */
async function readAndFollow(
  client: Client,
  listener: FeedListener,
  signal: AbortSignal,
  watched: WatchedReviews,
): Promise<void> {
  const { reviews, feedCursor } = await readWaiting(client, watched);
  listener.onWaiting(reviews);

  const events: FeedEvent[] = [];
  let isDone = false;
  let arrival = Promise.withResolvers<void>();
  const handling = (async () => {
    while (!isDone || events.length > 0) {
      if (events.length === 0) await arrival.promise;
      arrival = Promise.withResolvers<void>();
      const batch = events.splice(0, PAGE);
      if (batch.length === 0) continue;
      const current = await readReviews(client, batch, signal);
      if (signal.aborted) return;
      for (const event of batch) listener.onEvent(event, current.get(event.nodeExecId) ?? null);
    }
  })();
  const following = (async () => {
    const onCutOff = () => listener.onCutOff();
    const onBack = () => listener.onBack();
    for await (const event of followEvents(client, {
      after: feedCursor,
      signal,
      onCutOff,
      onBack,
    })) {
      events.push(event);
      arrival.resolve();
    }
  })();
  try {
    await Promise.race([following, handling]);
  } finally {
    isDone = true;
    arrival.resolve();
  }
}

async function readWaiting(
  client: Client,
  { mine }: WatchedReviews,
): Promise<{ reviews: Review[]; feedCursor: string }> {
  const reviews: Review[] = [];
  let feedCursor = '';
  let after: string | null = null;
  do {
    const { pendingReviews }: WaitingForViewerQuery = await client.request(
      WaitingForViewerDocument,
      { first: PAGE, after, ...(mine && { filter: { mayDecide: true } }) },
    );
    feedCursor ||= pendingReviews.feedCursor;
    const page = pendingReviews.edges.map(({ node }) => reviewOf(node));
    for (const review of page) if (review.revision > 1) await addConversation(client, review);
    reviews.push(...page);
    after = pendingReviews.pageInfo.hasNextPage ? pendingReviews.pageInfo.endCursor : null;
  } while (after !== null);
  return { reviews: reviews.reverse(), feedCursor };
}

async function readReviews(
  client: Client,
  events: readonly FeedEvent[],
  signal: AbortSignal,
): Promise<Map<string, Review>> {
  const nodeExecIds = [...new Set(events.map(({ nodeExecId }) => nodeExecId))];
  const commented = new Set(
    events.filter(({ kind }) => kind === 'COMMENTED').map(({ nodeExecId }) => nodeExecId),
  );
  while (!signal.aborted) {
    try {
      const { reviews } = await client.request(ReviewsForViewerDocument, { nodeExecIds });
      const current = reviews.map((review) => reviewOf(review));
      for (const review of current) {
        const isTalkedAbout = review.revision > 1 || commented.has(review.nodeExecId);
        if (review.status === 'WAITING' && isTalkedAbout) await addConversation(client, review);
      }
      return new Map(current.map((review) => [review.nodeExecId, review]));
    } catch (error) {
      if (error instanceof RefusedError && error.isFinal) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return new Map();
}

/** Reads the comments on a review, and the revision that it replaces, if there is one. */
async function addConversation(client: Client, review: Review): Promise<void> {
  const nodeExecIds = [review.nodeExecId];
  const said = await client.request(CommentsDocument, { nodeExecIds });
  review.comments = said.reviews[0]?.comments ?? [];
  if (review.revision === 1) return;
  const { reviews } = await client.request(RevisionsDocument, { nodeExecIds });
  const [previous, current] = reviews[0]?.revisions.slice(-2) ?? [];
  // It may have been revised once more in between.
  if (!previous || current?.payloadDigest !== review.payloadDigest) return;
  const { payload, changesRequestedBy, changesRequested } = previous;
  const { note } = current;
  review.previous = { payload: jsonTextOf(payload), changesRequestedBy, changesRequested, note };
}

/**
 * For scripts: one JSON object per line, for each pending review at the start, then for each event.
 */
export function jsonOutput(output: Writable, errors: Writable, mine = false): FeedListener {
  /** With `mine`: the reviews that were written. */
  const written = new Set<string>();
  // All invisible characters are inside JSON strings, where their escapes mean the same.
  const write = (value: object) => output.write(`${safeText(stringifyJson(value))}\n`);
  return {
    onWaiting(reviews) {
      for (const review of reviews) {
        written.add(review.nodeExecId);
        write({ kind: 'WAITING', nodeExecId: review.nodeExecId, review });
      }
    },
    onEvent(event, review) {
      const { nodeExecId } = event;
      if (mine && !written.has(nodeExecId) && (!review || review.viewerMayNot)) return;
      if (mine) written.add(nodeExecId);
      write({ ...event, review });
    },
    onCutOff: () => errors.write('Disconnected. Reconnecting…\n'),
    onBack: () => errors.write('Reconnected\n'),
  };
}
