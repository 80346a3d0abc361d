import { JsonText } from '@holdpoint/client/json';
import {
  DecideDocument,
  type DecideMutation,
  type ReviewDecision,
  type RowFragment,
} from '../generated/graphql.ts';
import { type Detail, detailOf } from './details.ts';
import type { DraftComment } from './drafts.ts';
import { isUnanswered, messageOf, type Service } from './service.ts';

/** A reviewer's decision on a review as it was shown. */
export type Decision = {
  shown: Detail;
  verdict: ReviewDecision;
  /** The answer to a question as exact JSON text. */
  answer?: string;
  /** Comments that are added together with the decision. */
  comments?: readonly DraftComment[];
  /** The edited payload as exact JSON text, if it was edited. */
  edit?: string;
  message?: string;
  approvesFuture?: boolean;
  /** The condition that future requests must meet, in CEL. Absent: none. */
  futureWhen?: string;
  /** How many future requests are approved. Absent: any number. */
  futureMaxUses?: number;
  /** When the standing approval ends. Absent: as the service is configured. */
  futureUntil?: string;
  /** Decide although somebody else has claimed it. */
  despiteClaim?: boolean;
  /** The person in whose place the viewer decides. Absent: in their own right. */
  onBehalfOf?: string | undefined;
};

export type DecisionResult =
  | { kind: 'done'; reviews: Detail[]; standingApprovals: number }
  /** The service refused, and nothing changed. */
  | { kind: 'refused'; message: string; conflicts: Conflict[]; answerProblems: AnswerProblem[] }
  /** No answer came: the decision may or may not have been saved. */
  | { kind: 'unknown' };

/** What in an answer does not fit the schema of the question. The path is dotted. */
export type AnswerProblem = { readonly path: string; readonly message: string };

/** A review that kept a decision from being saved, why, and its current state if known. */
export type Conflict = { nodeExecId: string; review: RowFragment | null; reason: string };

/** Sends decisions in one request. Either all of them are saved or none. */
export async function decide(
  service: Service,
  decisions: readonly Decision[],
): Promise<DecisionResult> {
  const input = {
    decisions: decisions.map(({ shown, verdict, edit, message, ...more }) => ({
      nodeExecId: shown.nodeExecId,
      decision: verdict,
      // Binds the decision to what was shown.
      subjectDigest: shown.subjectDigest,
      ...(edit !== undefined && { payload: new JsonText(edit) }),
      ...(more.answer !== undefined && { answer: new JsonText(more.answer) }),
      ...(more.comments?.length && {
        comments: more.comments.map(({ text, pointer }) => ({ text, pointer })),
      }),
      ...(message?.trim() && { message }),
      ...(more.approvesFuture && { autoApproveFuture: true }),
      ...(more.futureWhen !== undefined && { autoApproveWhen: more.futureWhen }),
      ...(more.futureMaxUses !== undefined && { autoApproveMaxUses: more.futureMaxUses }),
      ...(more.futureUntil !== undefined && { autoApproveUntil: more.futureUntil }),
      ...(more.despiteClaim && { despiteClaim: true }),
      ...(more.onBehalfOf !== undefined && { onBehalfOf: more.onBehalfOf }),
    })),
  };
  try {
    const { decideReviews: answer } = await service.request(DecideDocument, { input });
    if (answer.__typename === 'DecideReviewsPayload') {
      const { reviews, autoApprovals } = answer;
      return {
        kind: 'done',
        reviews: reviews.map(detailOf),
        standingApprovals: autoApprovals.length,
      };
    }
    return {
      kind: 'refused',
      message: answer.message,
      conflicts: conflictsOf(answer, decisions),
      answerProblems: answerProblemsIn(answer),
    };
  } catch (error) {
    if (isUnanswered(error)) return { kind: 'unknown' };
    return { kind: 'refused', message: messageOf(error), conflicts: [], answerProblems: [] };
  }
}

type Refusal = Exclude<DecideMutation['decideReviews'], { __typename: 'DecideReviewsPayload' }>;

function conflictsOf(answer: Refusal, decisions: readonly Decision[]): Conflict[] {
  const named = (nodeExecIds: string[], reason: string) =>
    nodeExecIds.map((nodeExecId) => ({ nodeExecId, review: null, reason }));
  switch (answer.__typename) {
    case 'ReviewConflictError':
      return answer.reviews.map((review) => ({
        nodeExecId: review.nodeExecId,
        review,
        reason: answer.message,
      }));
    case 'NotFoundError':
      return named(answer.ids, "It doesn't exist anymore");
    case 'SelfApprovalError':
      return named(answer.nodeExecIds, ownRequest);
    case 'NotEligibleError':
      return named(answer.nodeExecIds, 'Others are asked to approve it');
    case 'ReviewNotEditableError':
      return named(answer.nodeExecIds, "It can't be edited");
    case 'InvalidInputError':
      return answer.issues.flatMap(({ path, message }) => {
        const index = /^input\.decisions\.(\d+)/.exec(path)?.[1];
        const decision = index === undefined ? undefined : decisions[Number(index)];
        return decision ? named([decision.shown.nodeExecId], message) : [];
      });
    default:
      return [];
  }
}

/** The problems of the answer in a single decision. */
function answerProblemsIn(refusal: Refusal): AnswerProblem[] {
  if (refusal.__typename !== 'InvalidInputError') return [];
  return refusal.issues.flatMap(({ path, message }) => {
    const place = /^input\.decisions\.0\.answer(?:\.(.*))?$/s.exec(path);
    return place ? [{ path: place[1] ?? '', message }] : [];
  });
}

const ownRequest = 'You requested it or may use its approval, so somebody else must decide';
