import { JsonText } from '@holdpoint/client/json';
import type { Client } from '@urql/core';
import { DecideDocument, type RowFragment } from '../generated/graphql.ts';
import { ask, ServiceError } from '../service/openClient.ts';
import { type Detail, detailOf } from './details.ts';

/** What a reviewer decided of a review as it was shown. */
export type Decision = {
  shown: Detail;
  verdict: 'APPROVE' | 'REJECT';
  /** Exact JSON text; absent: as it is. */
  edit?: string;
  message?: string;
  approvesFuture?: boolean;
};

export type Decided =
  | { kind: 'done'; reviews: Detail[]; standing: number }
  /** The service said no, and changed nothing. */
  | { kind: 'refused'; message: string; inTheWay: InTheWay[] }
  /** No answer came: it may have taken effect, or not. */
  | { kind: 'unknown' };

/** A review that kept a decision from taking effect: as it stands, where it is known, and why. */
export type InTheWay = { nodeExecId: string; review: RowFragment | null; why: string };

/** Sends the decisions of one request: all take effect, or none does. */
export async function decide(client: Client, decisions: readonly Decision[]): Promise<Decided> {
  const input = {
    decisions: decisions.map(({ shown, verdict, edit, message, approvesFuture }) => ({
      nodeExecId: shown.nodeExecId,
      decision: verdict,
      // A decision is of what was shown, and of nothing else.
      subjectDigest: shown.subjectDigest,
      ...(edit !== undefined && { payload: new JsonText(edit) }),
      ...(message?.trim() && { message }),
      ...(approvesFuture && { autoApproveFuture: true }),
    })),
  };
  try {
    const { decideReviews: answer } = await ask(client, 'mutation', DecideDocument, { input });
    if (answer.__typename === 'DecideReviewsPayload') {
      const { reviews, autoApprovals } = answer;
      return { kind: 'done', reviews: reviews.map(detailOf), standing: autoApprovals.length };
    }
    return { kind: 'refused', message: answer.message, inTheWay: inTheWayOf(answer, decisions) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'UNREACHABLE') return { kind: 'unknown' };
    return { kind: 'refused', message: error.message, inTheWay: [] };
  }
}

type Refusal = {
  __typename: string;
  message: string;
  reviews?: Parameters<typeof detailOf>[0][];
  ids?: string[];
  nodeExecIds?: string[];
  issues?: { path: string; message: string }[];
};

function inTheWayOf(answer: Refusal, decisions: readonly Decision[]): InTheWay[] {
  const named = (nodeExecIds: string[], why: string) =>
    nodeExecIds.map((nodeExecId) => ({ nodeExecId, review: null, why }));
  switch (answer.__typename) {
    case 'ReviewConflictError':
      return (answer.reviews ?? []).map((review) => ({
        nodeExecId: review.nodeExecId,
        review,
        why: answer.message,
      }));
    case 'NotFoundError':
      return named(answer.ids ?? [], 'It is no longer there');
    case 'SelfApprovalError':
      return named(
        answer.nodeExecIds ?? [],
        'You asked for it, or may use its approval: somebody else must decide',
      );
    case 'ReviewNotEditableError':
      return named(answer.nodeExecIds ?? [], 'It can only be decided as it is');
    default:
      return (answer.issues ?? []).flatMap(({ path, message }) => {
        const at = /^input\.decisions\.(\d+)/.exec(path)?.[1];
        const decision = at === undefined ? undefined : decisions[Number(at)];
        return decision ? named([decision.shown.nodeExecId], message) : [];
      });
  }
}
