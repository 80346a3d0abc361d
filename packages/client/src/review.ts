import { abortable, linkedController } from './abort.ts';
import { checkSerializable } from './checkSerializable.ts';
import { UnreachableError } from './errors.ts';
import type { RequestReviewInput } from './generated/graphql.ts';
import { nodeIdFor, stepId } from './ids.ts';
import { JsonText } from './json/jsonText.ts';
import type { Operations } from './operations.ts';
import { deleted, type Outcome, outcomeOfReview, timedOut } from './outcome.ts';
import { InvalidInputError } from './problems.ts';
import type { ReviewWatcher } from './reviewWatcher.ts';

const MAX_TIMER_MS = 2_147_483_647;

/** Where the step belongs, and how long it may wait. */
export type StepOptions = {
  /** The execution of a workflow, or a copilot's session (`copilot-session-…`): its graphExecId. */
  execution: string;
  /** What kind of step this is: its nodeId. Standing approvals are for a node. */
  node: string;
  /** The workflow that the execution runs. */
  graph?: string | undefined;
  graphVersion?: number | undefined;
  /** Whether the reviewer may change the payload: yes, unless said otherwise. */
  editable?: boolean | undefined;
  /** Until when a human can decide; then the service rejects it. */
  expiresAt?: Date | string | undefined;
  /** Other actors that may use the approval, beside the one whose token asks. */
  consumers?: readonly string[] | undefined;
  /**
   * How long the caller waits. Then it is `timeout`, and the review goes on waiting for whoever
   * asks again; where not even the ask has been answered by then, an UnreachableError.
   */
  timeLimitMs?: number | undefined;
  /** Ends the waiting: its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called once, where a human is awaited. */
  onWaiting?: ((nodeExecId: string) => void) | undefined;
};

export type ReviewOptions<Payload, Data = Payload> = StepOptions & {
  /** What the step would act on. It is JSON, or an exactJson. */
  payload: Payload;
  /** What the reviewer should know. */
  instructions?: string | undefined;
  /**
   * The id of this run of the step. Absent: made of execution, node and payload, so that a step
   * that is tried again asks once. Whoever gives one keeps the payload with it: asked again with
   * another, the first one stays.
   */
  nodeExecId?: string | undefined;
  /**
   * Tells steps with the same payload apart where `nodeExecId` is absent: a model's tool call id,
   * say.
   */
  call?: string | undefined;
  /**
   * Reads what was approved, which a reviewer may have edited: a zod schema's parse, say. What it
   * throws, the call throws, and nothing is approved. Absent: the data is taken for the payload's
   * type, unchecked.
   */
  parse?: ((data: unknown) => Data) | undefined;
};

export type ReviewContext = {
  /** Of the service. */
  url: string;
  operations: Operations;
  watcher: ReviewWatcher;
  graph: string;
  graphVersion: number;
};

/**
 * Asks for a review and waits for its outcome. Asking is safe to repeat: after a restart of the
 * agent the same step goes on with the same wait, and gets the outcome although it fell while the
 * agent was away. That somebody decides against it, or nobody in time, is an outcome, not an error.
 * @throws InvalidInputError before anything is sent where the payload is not JSON;
 *   UnreachableError, RefusedError, ReviewConflictError, ExecutionEndedError; the reason of
 *   `signal`
 */
export async function review<Payload, Data = Payload>(
  { url, operations, watcher, graph, graphVersion }: ReviewContext,
  options: ReviewOptions<Payload, Data>,
): Promise<Outcome<Data>> {
  const { execution, node, signal, parse } = options;
  checkSerializable(options.payload, 'payload');
  // As it is at this moment, whatever the caller does with it while a human thinks.
  const payload = JsonText.of(options.payload ?? null);
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

/** A signal that aborts after so many milliseconds, or when `signal` does. */
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
  throw new InvalidInputError([{ path: 'expiresAt', message: `${value} is not an instant` }]);
}
