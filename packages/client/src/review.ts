import { abortable, linkedController } from './abort.ts';
import { type Approvers, approversOf } from './approvers.ts';
import { checkSerializable } from './checkSerializable.ts';
import { UnreachableError } from './errors.ts';
import type { RequestReviewInput } from './generated/graphql.ts';
import { nodeIdFor, stepId } from './ids.ts';
import { JsonText } from './json/jsonText.ts';
import type { Operations } from './operations.ts';
import { deleted, type Outcome, outcomeOfReview, timedOut } from './outcome.ts';
import { InvalidInputError } from './problems.ts';
import type { ReviewWatcher } from './reviewWatcher.ts';
import { type Summary, summaryOf } from './summary.ts';

const MAX_TIMER_MS = 2_147_483_647;

/** Where a step belongs and how long it may wait. */
export type StepOptions = Approvers &
  Summary & {
    /** The run of a workflow, or a copilot session (`copilot-session-…`): its graphExecId. */
    execution: string;
    /** The kind of step: its nodeId. A standing approval covers one node. */
    node: string;
    /** The workflow: its graphId. */
    graph?: string | undefined;
    graphVersion?: number | undefined;
    /** Whether the reviewer may edit the payload. Defaults to true. */
    editable?: boolean | undefined;
    /** The deadline for a decision. After it the service rejects the review. */
    expiresAt?: Date | string | undefined;
    /** Other actors who may use the approval, besides the one that requests it. */
    consumers?: readonly string[] | undefined;
    /**
     * How long to wait, in milliseconds. Then the outcome is `timeout`, and the review still waits;
     * if even the request got no response, an UnreachableError is thrown.
     */
    timeLimitMs?: number | undefined;
    /** Stops waiting and throws its reason. */
    signal?: AbortSignal | undefined;
    /** Called if a person has to decide. gate calls it again if a decision is withdrawn. */
    onWaiting?: ((nodeExecId: string) => void) | undefined;
  };

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
};

export type ReviewContext = {
  /** The address of the service. */
  url: string;
  operations: Operations;
  watcher: ReviewWatcher;
  graph: string;
  graphVersion: number;
};

/**
 * Requests a review and waits for its outcome. Requesting is idempotent: after a restart of the
 * agent the same step resumes the same wait, and gets the outcome even if it was decided meanwhile.
 * A rejection by a person or by the policy, or an expiry, is an outcome, not an error.
 * @throws InvalidInputError before anything is sent if the payload is not JSON; UnreachableError,
 * RefusedError, ReviewConflictError, ExecutionEndedError, QuotaExceededError; the reason of `signal`
 */
export async function review<Payload, Data = Payload>(
  { url, operations, watcher, graph, graphVersion }: ReviewContext,
  options: ReviewOptions<Payload, Data>,
): Promise<Outcome<Data>> {
  const { execution, node, signal, parse } = options;
  const payload = payloadOf(options.payload);
  const approvers = approversOf(options);
  const nodeExecId =
    options.nodeExecId ??
    (await stepId({ execution, node, arguments: payload.value, call: options.call }));
  const input: RequestReviewInput = {
    nodeExecId,
    graphExecId: execution,
    graphId: options.graph ?? graph,
    graphVersion: options.graphVersion ?? graphVersion,
    nodeId: nodeIdFor(nodeExecId, options),
    payload,
    instructions: options.instructions ?? null,
    editable: options.editable ?? true,
    ...(options.consumers && { consumers: [...options.consumers] }),
    ...summaryOf(options),
    ...approvers,
    ...(options.expiresAt !== undefined && { expiresAt: instantOf(options.expiresAt) }),
  };

  const limit = timeLimit(options.timeLimitMs, signal);
  const end = limit?.signal ?? signal;
  const request = () => operations.requestReview(input, { signal: end });
  const wait = watcher.expect({
    nodeExecId,
    graphExecId: execution,
    requestAgain: request,
  });
  let isAsked = false;
  try {
    end?.throwIfAborted();
    const answer = await request();
    isAsked = true;
    let outcome = outcomeOfReview(answer.review);
    if (!outcome) {
      options.onWaiting?.(nodeExecId);
      const settled = await abortable(wait.untilDecided(answer.review.nodeId), end);
      outcome = (settled && outcomeOfReview(settled)) ?? deleted(nodeExecId);
    }
    if (!outcome.approved) return outcome;
    return { ...outcome, data: parse ? parse(outcome.data) : (outcome.data as Data) };
  } catch (error) {
    signal?.throwIfAborted();
    if (limit?.signal.aborted && error === limit.signal.reason) {
      const limitMs = options.timeLimitMs as number;
      if (isAsked) return timedOut(nodeExecId, limitMs);
      throw new UnreachableError(
        url,
        new Error(`no answer within the time limit of ${limitMs} ms`),
      );
    }
    throw error;
  } finally {
    wait.end();
    limit?.clear();
  }
}

/**
 * A snapshot: the caller may change the object while the review waits.
 * @throws InvalidInputError if it is not JSON
 */
export function payloadOf(value: unknown): JsonText {
  checkSerializable(value, 'payload');
  return JsonText.of(value ?? null);
}

/** A signal that aborts after the time limit or when `signal` does. */
function timeLimit(milliseconds: number | undefined, signal: AbortSignal | undefined) {
  if (milliseconds === undefined) return undefined;
  if (!(milliseconds > 0)) {
    const message = `must be a number of milliseconds above 0, not ${milliseconds}`;
    throw new InvalidInputError([{ path: 'timeLimitMs', message }]);
  }
  const { controller, release } = linkedController(signal);
  const due = setTimeout(() => controller.abort(), Math.min(milliseconds, MAX_TIMER_MS));
  const clear = () => {
    clearTimeout(due);
    release();
  };
  return { signal: controller.signal, clear };
}

function instantOf(value: Date | string): string {
  const date = new Date(value);
  if (!Number.isNaN(date.getTime())) return typeof value === 'string' ? value : date.toISOString();
  throw new InvalidInputError([{ path: 'expiresAt', message: `${value} is not a valid date` }]);
}
