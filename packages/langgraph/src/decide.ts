import {
  type Holdpoint,
  type Made,
  type NotApproved,
  type Outcome,
  type StepOptions,
  type Summary,
  stepId,
} from '@holdpoint/client';
import { isSameJson, JsonText, jsonTextOf } from '@holdpoint/client/json';
import { AlreadyResumedError, NotDecidedError, UnanswerableError } from './errors.ts';
import { instructionsOf } from './instructions.ts';
import { asAsked, type Decision, type Question, rejection } from './question.ts';
import { detailOf } from './storable.ts';

/** How often a step is asked, if edits do not fit the graph or approvals lapse. */
const MAX_ATTEMPTS = 10;

/** A comment by which a worker claims a request for changes, which nobody can mark as processed. */
export const PASSED_ON = 'Passed on to the model, which may ask for another call.';
const CHANGES_REQUESTED =
  'This call was not approved and has not run. The reviewer asks for changes:';

export type ReviewingClient = Pick<
  Holdpoint,
  | 'review'
  | 'askQuestion'
  | 'reviews'
  | 'comments'
  | 'addComment'
  | 'consumeReview'
  | 'setReviewProcessed'
  | 'reportOutcome'
>;

/** What a review is about. */
export type Asked = Pick<Question, 'node' | 'payload'>;

export type Reviewing = Omit<StepOptions, 'node' | 'editable' | keyof Summary> & {
  client: ReviewingClient;
  takeOver: boolean;
} & {
  [Field in keyof Summary]?: Made<NonNullable<Summary[Field]>, [asked: Asked]> | undefined;
};

/** A decision and its review. */
export type Reviewed = Decision & {
  nodeExecId: string;
  /** Claimed by a worker that has crashed; this one takes over. */
  isConsumed: boolean;
  /** Changes were requested: the review can still be revised. */
  isRevisable?: boolean;
};

/** @throws UnanswerableError if the graph accepts no approval, or no rejection, at all */
export function checkAnswerable(question: Question): void {
  if (question.answerSchema) return;
  const refusal = question.refusal(asAsked(question.payload)) ?? question.refusal(rejection);
  if (refusal) throw new UnanswerableError(`${question.node} cannot be answered: ${refusal}`);
}

/**
 * Asks one question until there is a decision that the graph accepts. An edit that it would not
 * accept is refused, and the reviewer is asked again with the reason: once given, an answer stays
 * with its node. If an approval lapsed before it was used, the reviewer is asked again too.
 * @param key identifies the question within its execution, in every process
 * @throws NotDecidedError, AlreadyResumedError, UnanswerableError
 */
export async function decide(
  question: Question,
  key: string,
  { client, takeOver, headline, risk, tags, reversible, links, ...step }: Reviewing,
): Promise<Reviewed> {
  const { node, payload, editable } = question;
  const made = <Value>(value: Made<Value, [asked: Asked]>): Value | undefined =>
    value instanceof Function ? value({ node, payload }) : value;
  const summary = () => ({
    headline: made(headline),
    risk: made(risk),
    tags: made(tags),
    reversible: made(reversible),
    links: made(links),
  });
  if (question.answerSchema) {
    return answerOf(client, question, question.answerSchema, key, takeOver, {
      ...step,
      ...summary(),
    });
  }
  let instructions = question.instructions;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const nodeExecId = await stepId({
      execution: step.execution,
      node,
      arguments: payload,
      call: `${key}:${attempt}`,
    });
    const outcome = await client.review({
      ...step,
      nodeExecId,
      node,
      payload,
      instructions,
      ...summary(),
      editable,
      // Changes are up to the model, which gets them as a reply.
      ...(question.takesReply && { onChangesRequested: () => undefined }),
    });
    // It lapsed, for instance, before the graph was resumed with it: it can only be asked anew.
    if (outcome.status === 'void') continue;
    const reviewed = await reviewedOf(client, outcome, payload);
    const refusal = reviewed.edited ? question.refusal(reviewed) : null;
    if (refusal === null) {
      if (reviewed.isConsumed && !takeOver) throw new AlreadyResumedError(nodeExecId);
      return reviewed;
    }
    await refuse(client, nodeExecId, refusal);
    const reason = detailOf(`The last edit was refused: ${refusal}`);
    instructions = instructionsOf(
      question.instructions === undefined ? reason : `${reason}\n\n${question.instructions}`,
    );
    instructions ??= reason; // the rest would make it too long
  }
  throw new UnanswerableError(
    `${node} was asked ${MAX_ATTEMPTS} times: each time it was edited into what it does not take, or the approval lapsed`,
  );
}

/** Asks the reviewer to answer in place of a tool. */
async function answerOf(
  client: ReviewingClient,
  { node, payload, instructions }: Question,
  answerSchema: Record<string, unknown>,
  key: string,
  takeOver: boolean,
  step: Omit<StepOptions, 'node'>,
): Promise<Reviewed> {
  const call = `${key}:0`;
  const { execution } = step;
  const nodeExecId = await stepId({ execution, node, arguments: payload, call });
  const outcome = await client.askQuestion({
    ...step,
    ...{ nodeExecId, node, payload, instructions, answerSchema },
    headline: step.headline ?? node,
  });
  if (outcome.answered) {
    if (outcome.processed && !takeOver) throw new AlreadyResumedError(nodeExecId);
    const { message } = outcome;
    return { ...rejection, nodeExecId, message, reply: String(outcome.answer), isConsumed: false };
  }
  return reviewedOf(client, outcome, payload);
}

/** @param asked the payload of the question */
async function reviewedOf(
  client: ReviewingClient,
  outcome: Outcome,
  asked: unknown,
): Promise<Reviewed> {
  const { nodeExecId, message } = outcome;
  if (outcome.approved) {
    const { data, edited } = outcome;
    return { approved: true, data, edited, message, nodeExecId, isConsumed: false };
  }
  if (outcome.status === 'rejected' || outcome.status === 'expired') {
    const said = message || (outcome.status === 'expired' ? 'Nobody decided in time' : '');
    return { nodeExecId, ...rejection, message: said, isConsumed: false };
  }
  if (outcome.status === 'changesRequested') {
    const reply = await replyOf(client, outcome);
    return { nodeExecId, ...rejection, message, reply, isConsumed: false, isRevisable: true };
  }
  const [review] = outcome.status === 'consumed' ? await client.reviews([nodeExecId]) : [];
  if (review?.status !== 'APPROVED') throw new NotDecidedError(outcome);
  const { text } = jsonTextOf(review.payload);
  return {
    nodeExecId,
    approved: true,
    data: new JsonText(text).value,
    edited: review.wasEdited === true || !isSameJson(text, JsonText.of(asked).text),
    message: review.reviewMessage ?? '',
    isConsumed: true,
  };
}

/** What the model is told: it must not take this for the result of the tool. */
async function replyOf(
  client: ReviewingClient,
  { nodeExecId, message }: NotApproved,
): Promise<string> {
  const comments = await client.comments(nodeExecId);
  const said = comments
    .filter(({ text }) => text !== PASSED_ON)
    .map(({ text, pointer }) => (pointer ? `On ${pointer}: ${text}` : text));
  return [CHANGES_REQUESTED, ...(message === '' ? [] : [message]), ...said].join('\n');
}

/** Reports it as skipped, so that nobody looks for a result. It is idempotent. */
async function refuse(client: ReviewingClient, nodeExecId: string, refusal: string): Promise<void> {
  await client.setReviewProcessed({ nodeExecId, processed: true });
  const detail = detailOf(`The edit was refused: ${refusal}`);
  await client.reportOutcome({ nodeExecId, outcome: 'SKIPPED', detail });
}
