import type { Detail } from '../data/details.ts';
import type { ReviewEventKind, TimelineQuery } from '../generated/graphql.ts';
import type { Comment, Talk } from './useTalk.ts';

type Event = TimelineQuery['reviews'][number]['events'][number];

/** One line of the timeline, or a comment. */
export type Entry = {
  key: string;
  at: string;
  /** Who did it. Null if the text says so. */
  actor: string | null;
  text: string;
  /** What was said with it, or null. */
  said: string | null;
  /** The revision that it brought, or null. */
  revision: number | null;
  comment?: Comment;
};

const texts: Record<ReviewEventKind, string> = {
  REQUESTED: 'requested approval',
  APPROVED: 'approved',
  REJECTED: 'rejected',
  CANCELLED: 'cancelled it with its run',
  EXPIRED: 'expired it: nobody decided in time',
  PROCESSED: 'picked up the decision',
  REPORTED: 'reported the result',
  DELETED: 'deleted it',
  UPDATED: 'changed it by hand',
  VOIDED: 'voided the approval',
  VOTED: 'approved; more approvals are required',
  WITHDRAWN: 'withdrew an approval or a decision',
  CLAIMED: 'claimed it',
  RELEASED: 'released it',
  REASSIGNED: 'changed who has to approve',
  ESCALATED: 'asked more people, because nobody had decided',
  ANSWERED: 'answered',
  CHANGES_REQUESTED: 'requested changes',
  REVISED: 'revised it',
  COMMENTED: 'commented',
};

const isDecision = new Set<ReviewEventKind>(['APPROVED', 'REJECTED']);
/** Kinds whose message is about the event itself. */
const withMessage = new Set<ReviewEventKind>([
  'APPROVED',
  'REJECTED',
  'ANSWERED',
  'CHANGES_REQUESTED',
  'WITHDRAWN',
  'REASSIGNED',
]);
/** A vote and its event are written together. */
const SAME_TIME_MS = 1_000;

type Said = Pick<Talk, 'comments' | 'revisions'>;

/**
 * Events and comments in one list, oldest first.
 * @param hasMore whether there are later events, so that later comments are left out
 */
export function entriesOf(
  events: readonly Event[],
  hasMore: boolean,
  review: Detail,
  { comments, revisions }: Said,
): Entry[] {
  if (events.length === 0) return []; // not loaded yet
  // What was deleted and requested again has begun anew.
  const start = events.findLastIndex(({ kind }) => kind === 'REQUESTED');
  const last = events.findLastIndex(({ kind }) => kind === 'REPORTED');
  const end = hasMore ? (events.at(-1)?.at ?? '') : null;
  const shown = (comments ?? []).filter(({ at }) => end === null || at <= end);
  let revision = 1;
  const entries = events.flatMap((event, at): Entry[] => {
    // Each comment is shown itself, unless the request that it was about is gone.
    if (event.kind === 'COMMENTED' && at > start && comments !== null) return [];
    const entry = entryOf(event, review);
    if (event.kind === 'REVISED' && at > start) {
      revision++;
      const note = revisions.find((other) => other.revision === revision)?.note ?? null;
      return [{ ...entry, text: `sent revision ${revision}`, said: note, revision }];
    }
    if (at === last) return [{ ...entry, ...reportOf(review) }];
    return [entry];
  });
  const said = shown.map(
    (comment): Entry => ({
      ...{ key: comment.id, at: comment.at, actor: comment.actor, text: 'commented' },
      ...{ said: comment.text, revision: null, comment },
    }),
  );
  // Sorting is stable: a decision comes before the comments that went with it.
  return [...entries, ...said].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function entryOf(event: Event, review: Detail): Entry {
  const { cursor: key, kind, at, decisionSource } = event;
  const entry = { key, at, revision: null };
  const message = event.message?.trim() ? event.message : null;
  if (decisionSource === 'POLICY' && isDecision.has(kind)) {
    return { ...entry, actor: null, text: message ?? 'Decided by the policy', said: null };
  }
  if (decisionSource === 'AUTO_APPROVAL' && kind === 'APPROVED') {
    const text = `Approved by a standing approval of ${event.actor}`;
    return { ...entry, actor: null, text, said: null };
  }
  const override = decisionSource === 'OVERRIDE' && isDecision.has(kind) ? ' by override' : '';
  return {
    ...entry,
    actor: event.actor,
    text: textOf(kind, review) + override,
    said: kind === 'VOTED' ? voteMessage(event, review) : withMessage.has(kind) ? message : null,
  };
}

function textOf(kind: ReviewEventKind, review: Detail): string {
  if (review.kind === 'QUESTION' && kind === 'REQUESTED') return 'asked a question';
  if (review.kind === 'QUESTION' && kind === 'REJECTED') return 'gave no answer';
  return texts[kind];
}

function voteMessage({ actor, at }: Event, { votes }: Detail): string | null {
  const vote = votes.find(
    (other) =>
      other.actor === actor && Math.abs(Date.parse(other.at) - Date.parse(at)) < SAME_TIME_MS,
  );
  return vote?.message ?? null;
}

const results = { EXECUTED: 'executed', FAILED: 'failed', SKIPPED: 'skipped' } as const;

/** What the agent reported last. */
function reportOf({ outcome, outcomeDetail }: Detail): Partial<Entry> {
  if (outcome === null) return {};
  return { text: `reported the result: ${results[outcome]}`, said: outcomeDetail };
}
