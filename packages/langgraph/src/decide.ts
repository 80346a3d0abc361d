import { type Holdpoint, type Outcome, type StepOptions, stepId } from '@holdpoint/client';
import { JsonText, jsonTextOf } from '@holdpoint/client/json';
import { AlreadyResumedError, NotDecidedError, UnanswerableError } from './errors.ts';
import { asAsked, type Decision, type Question, rejection } from './question.ts';

/** How often a reviewer is asked again whose edit the graph would not take. */
const MAX_ATTEMPTS = 10;

export type ReviewingClient = Pick<
  Holdpoint,
  'review' | 'reviews' | 'consumeReview' | 'setReviewProcessed' | 'reportOutcome'
>;

export type Reviewing = Omit<StepOptions, 'node' | 'editable'> & {
  client: ReviewingClient;
  takeOver: boolean;
};

/** A decision and the review that it is of. */
export type Reviewed = Decision & {
  nodeExecId: string;
  /** By a worker that has ended: this one takes over. */
  isConsumed: boolean;
};

/**
 * @throws UnanswerableError where the graph would take no approval, or no rejection, whoever
 *   decides
 */
export function checkAnswerable(question: Question): void {
  const refusal = question.refusal(asAsked(question.payload)) ?? question.refusal(rejection);
  if (refusal) throw new UnanswerableError(`${question.node} cannot be answered: ${refusal}`);
}

/**
 * Asks one question until there is a decision that the graph may get. An edit that it would not
 * take is refused, and the reviewer is asked again and told why: an answer, once given, stays with
 * its node.
 * @param key tells the question apart from every other of its execution, in every process the same
 * @throws NotDecidedError, AlreadyResumedError, UnanswerableError
 */
export async function decide(
  question: Question,
  key: string,
  { client, takeOver, ...step }: Reviewing,
): Promise<Reviewed> {
  const { node, payload, editable } = question;
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
      editable,
    });
    const reviewed = await reviewedOf(client, outcome);
    const refusal = reviewed.edited ? question.refusal(reviewed) : null;
    if (refusal === null) {
      if (reviewed.isConsumed && !takeOver) throw new AlreadyResumedError(nodeExecId);
      return reviewed;
    }
    await refuse(client, nodeExecId, refusal);
    instructions = [`The last edit was refused: ${refusal}`, question.instructions]
      .filter((part) => part !== undefined)
      .join('\n\n');
  }
  throw new UnanswerableError(
    `${node} was edited ${MAX_ATTEMPTS} times into what it does not take`,
  );
}

async function reviewedOf(client: ReviewingClient, outcome: Outcome): Promise<Reviewed> {
  const { nodeExecId, message } = outcome;
  if (outcome.approved) {
    const { data, edited } = outcome;
    return { approved: true, data, edited, message, nodeExecId, isConsumed: false };
  }
  if (outcome.status === 'rejected' || outcome.status === 'expired') {
    const said = message || (outcome.status === 'expired' ? 'Nobody decided in time' : '');
    return { nodeExecId, ...rejection, message: said, isConsumed: false };
  }
  const [review] = outcome.status === 'consumed' ? await client.reviews([nodeExecId]) : [];
  if (review?.status !== 'APPROVED') throw new NotDecidedError(outcome);
  return {
    nodeExecId,
    approved: true,
    data: new JsonText(jsonTextOf(review.payload).text).value,
    edited: review.wasEdited === true,
    message: review.reviewMessage ?? '',
    isConsumed: true,
  };
}

/**
 * So that nobody looks for what came of it. Doing it again, in another process, changes nothing.
 */
async function refuse(client: ReviewingClient, nodeExecId: string, refusal: string): Promise<void> {
  await client.setReviewProcessed({ nodeExecId, processed: true });
  const detail = `The edit was refused: ${refusal}`.slice(0, 2_000).toWellFormed();
  await client.reportOutcome({ nodeExecId, outcome: 'SKIPPED', detail });
}
