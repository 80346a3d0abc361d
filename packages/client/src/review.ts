import { stepId } from './ids.ts';
import { isSameJson } from './json/sameJson.ts';
import { deleted, type Outcome, outcomeOfReview, timedOut } from './outcome.ts';
import { payloadOf } from './payloadOf.ts';
import { requestOf } from './requestOf.ts';
import { type OnChangesRequested, settle } from './settle.ts';
import type { ReviewContext, StepOptions } from './stepOptions.ts';

export type ReviewOptions<Payload, Data = Payload> = StepOptions & {
  /** What the step will act on: JSON, or an exactJson. */
  payload: Payload;
  /** Shown to the reviewer. */
  instructions?: string | undefined;
  /**
   * The ID of this run of the step. By default it is derived from execution, node and payload, so
   * that a retried step requests the same review. A given ID keeps its first payload.
   */
  nodeExecId?: string | undefined;
  /**
   * Distinguishes steps with the same payload if there is no `nodeExecId`, e.g. by the model's tool
   * call ID.
   */
  call?: string | undefined;
  /**
   * Validates what was approved, which a reviewer may have edited, e.g. with the `parse` of a zod
   * schema. If it throws, the call throws and nothing is approved. Without it the data is not
   * checked.
   */
  parse?: ((data: unknown) => Data) | undefined;
  /** Revises the request if a reviewer asks for changes. Without it, nobody can. */
  onChangesRequested?: OnChangesRequested<NoInfer<Payload>> | undefined;
};

/**
 * Requests a review and waits for its outcome. Requesting is idempotent: after a restart of the
 * agent the same step resumes the same wait, and gets the outcome even if it was decided meanwhile.
 * A rejection by a person or by the policy, or an expiry, is an outcome, not an error.
 * @throws InvalidInputError before anything is sent if the payload is not JSON; UnreachableError,
 * RefusedError, ReviewConflictError, ExecutionEndedError, QuotaExceededError; the reason of `signal`
 */
export async function review<Payload, Data = Payload>(
  context: ReviewContext,
  options: ReviewOptions<Payload, Data>,
): Promise<Outcome<Data>> {
  const { execution, node, call, parse } = options;
  const payload = payloadOf(options.payload);
  const nodeExecId =
    options.nodeExecId ?? (await stepId({ execution, node, arguments: payload.value, call }));
  const step = { ...options, nodeExecId, payload };
  const input = requestOf(context, step, ['APPROVE', 'REJECT']);
  const settled = await settle(context, input, options as ReviewOptions<unknown>);
  if (settled === 'deleted') return deleted(nodeExecId);
  if (settled === 'timeout') return timedOut(nodeExecId, options.timeLimitMs as number);
  const outcome = outcomeOfReview(settled) as Outcome;
  if (!outcome.approved) return outcome;
  // The request under this ID may have been made, or revised, with another payload.
  const edited = outcome.edited || !isSameJson(outcome.dataText, payload.text);
  return { ...outcome, edited, data: parse ? parse(outcome.data) : (outcome.data as Data) };
}
