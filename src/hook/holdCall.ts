import {
  type Holdpoint,
  NotFoundError,
  type Outcome,
  outcomeOfReview,
  payloadDigest,
  ReviewConflictError,
} from '@holdpoint/client';
import { ReviewStatesDocument } from '@holdpoint/client/documents';
import { JsonText } from '@holdpoint/client/json';

import { headline } from './headline.ts';

/** Usually the first of them is unused. */
const FIRST_IDS = 10;
/** As many as the service returns per request. */
const MAX_IDS = 100;
const HASH_CHARACTERS = 32;
/** So that even a late caller asks. */
const MIN_WAIT_MS = 500;

/** A call of a tool that must not run before it is approved. */
export type HeldCall = {
  execution: string;
  graph: string;
  /** The tool: the step that rules and standing approvals are about. */
  node: string;
  payload: JsonText;
  instructions?: string | undefined;
  /** Only a person may approve it, whatever the policy says. */
  needsPerson?: boolean;
};

export type HoldOptions = {
  /** How long to wait for a decision; absent: until `signal` aborts. */
  waitMs?: number | undefined;
  /** Stops everything and throws its reason. */
  signal?: AbortSignal | undefined;
  /** Why an edited payload cannot be used, or null. Such an approval is not consumed. */
  problemOf?: ((payloadText: string) => string | null) | undefined;
  /** Called if a person has to decide. */
  onWaiting?: ((reviewId: string) => void) | undefined;
};

/** The call may run now, once, with this payload. The approval is consumed. */
export type Permit = {
  allowed: true;
  reviewId: string;
  /** What was approved, as exact text too. */
  payload: unknown;
  payloadText: string;
  edited: boolean;
  /** The message of the person who approved it; empty if there is none. */
  message: string;
};

export type Refusal = {
  allowed: false;
  reviewId: string;
  /** `waiting`: nobody has decided yet. Everything else is final for this call. */
  status:
    | 'waiting'
    | 'rejected'
    | 'changesRequested'
    | 'expired'
    | 'cancelled'
    | 'deleted'
    | 'unusable';
  message: string;
  /** Who decided: a person, or `the policy`. Null if nobody did. */
  decidedBy: string | null;
};

/**
 * Asks for a review of a call, waits, and consumes the approval. The same call in the same run is
 * the same review until its approval is used; the next one is then asked anew. So a call that was
 * made too early can be made again once it is approved, and each approval lets one call through.
 *
 * Whatever goes wrong is an error: nothing is permitted then.
 */
export async function holdCall(
  holdpoint: Holdpoint,
  call: HeldCall,
  { waitMs, signal, problemOf, onWaiting }: HoldOptions = {},
): Promise<Permit | Refusal> {
  const end = performance.now() + Math.max(waitMs ?? Number.POSITIVE_INFINITY, MIN_WAIT_MS);
  for (;;) {
    const reviewId = await unusedId(holdpoint, call, signal);
    const left = waitMs === undefined ? undefined : end - performance.now();
    if (left !== undefined && left <= 0) return refusal(reviewId, 'waiting');
    const outcome = await holdpoint.review({
      nodeExecId: reviewId,
      execution: call.execution,
      graph: call.graph,
      node: call.node,
      payload: call.payload,
      instructions: call.instructions,
      headline: headline(call.node, call.payload.value),
      // No rule and no standing approval can take the place of an approval that is asked for.
      ...(call.needsPerson && { approvalsRequired: [{ count: 1 }] }),
      timeLimitMs: left,
      signal,
      onWaiting,
    });
    const answer = await answerTo(holdpoint, call, outcome, { signal, problemOf });
    if (answer) return answer;
  }
}

/** The ID of the first review of this call whose approval was not used. */
async function unusedId(
  holdpoint: Holdpoint,
  call: HeldCall,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let from = 0, count = FIRST_IDS; ; from += count, count = MAX_IDS) {
    const nodeExecIds = await Promise.all(
      Array.from({ length: count }, (_, at) => idOf(call, from + at)),
    );
    const { reviews } = await holdpoint.request(ReviewStatesDocument, { nodeExecIds }, { signal });
    const states = new Map(reviews.map((review) => [review.nodeExecId, review]));
    const unused = nodeExecIds.find((id) => {
      const { processed, voidedAt, decisionSource } = states.get(id) ?? {};
      // What lapsed was not decided against: it may be asked again.
      return !(processed || voidedAt || decisionSource === 'EXPIRY');
    });
    if (unused) return unused;
  }
}

/** A hash of run, payload and number. The order of keys does not matter. */
async function idOf({ execution, node, payload, needsPerson }: HeldCall, number: number) {
  const parts = [execution, node, payload.value, needsPerson ?? false, number];
  const digest = await payloadDigest(parts);
  return `call-${digest.slice('sha256:'.length).slice(0, HASH_CHARACTERS)}`;
}

/** Null if the review has changed meanwhile, so that it has to be asked again. */
async function answerTo(
  holdpoint: Holdpoint,
  call: HeldCall,
  outcome: Outcome,
  { signal, problemOf }: HoldOptions,
): Promise<Permit | Refusal | null> {
  const { nodeExecId: reviewId, message, decidedBy } = outcome;
  if (!outcome.approved) {
    switch (outcome.status) {
      case 'consumed':
      case 'void':
      case 'withdrawn':
        return null;
      case 'timeout':
        return refusal(reviewId, 'waiting');
      case 'answered':
        return refusal(reviewId, 'unusable', message, decidedBy);
      default:
        return refusal(
          reviewId,
          outcome.status,
          message,
          outcome.source === 'POLICY' ? 'the policy' : decidedBy,
        );
    }
  }
  const byPerson = outcome.source === 'REVIEWER' || outcome.source === 'OVERRIDE';
  if (call.needsPerson && !byPerson) {
    return refusal(reviewId, 'unusable', 'Only a person may approve it, and a rule did');
  }
  const { dataText: payloadText, edited } = outcome;
  const payload = new JsonText(payloadText).value;
  const problem = edited ? problemOf?.(payloadText) : null;
  if (problem) return refusal(reviewId, 'unusable', problem, decidedBy);
  try {
    const input = { nodeExecId: reviewId, payloadDigest: await payloadDigest(payload) };
    await holdpoint.consumeReview(input, { signal });
    return {
      allowed: true,
      reviewId,
      payload,
      payloadText,
      edited,
      message: byPerson ? message : '',
    };
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    const [review] = error instanceof ReviewConflictError ? error.reviews : [];
    if (!review) throw error;
    const now = outcomeOfReview(review);
    // Somebody else used it, it was withdrawn, or it was approved again with another edit.
    const isChanged = !now?.approved || now.dataText !== payloadText;
    if (isChanged) return null;
    return refusal(reviewId, 'unusable', (error as Error).message, decidedBy);
  }
}

const refusal = (
  reviewId: string,
  status: Refusal['status'],
  message = '',
  decidedBy: string | null = null,
): Refusal => ({ allowed: false, reviewId, status, message, decidedBy });

/**
 * The page of a review. HOLDPOINT_PUBLIC_URL is for agents that reach the service at an address of
 * their own network.
 */
export function addressOf({ url }: Pick<Holdpoint, 'url'>, reviewId: string): string {
  const service = process.env['HOLDPOINT_PUBLIC_URL'] || url;
  const page = service.replace(/(\/graphql)?\/?$/, '');
  return `${page}/r/${encodeURIComponent(reviewId)}`;
}

/** What to tell an agent whose call must not run. */
export function explain(holdpoint: Holdpoint, refused: Refusal): string {
  const { status, reviewId, message, decidedBy } = refused;
  const address = addressOf(holdpoint, reviewId);
  const said = message === '' ? '.' : `: ${JSON.stringify(message)}.`;
  const never = 'Do not make this call again, and do not look for another way to do the same.';
  switch (status) {
    case 'waiting':
      return `This call needs approval and has not run. It is waiting at ${address}. Once it is approved, make exactly the same call again; it then runs once. Until then, do not look for another way to do the same.`;
    case 'rejected':
      return `This call was rejected${decidedBy ? ` by ${decidedBy}` : ''}${said} It has not run. ${never} (${address})`;
    case 'changesRequested':
      return `${decidedBy ?? 'A reviewer'} asked for changes${said} The call has not run. Do not make this call again: make it with these changes, which is then asked anew. (${address})`;
    case 'expired':
      return `Nobody decided about this call in time, so it has not run. If it is still needed, make it again to ask again. (${address})`;
    case 'cancelled':
      return `This run was stopped, so the call has not run${said} ${never} (${address})`;
    case 'deleted':
      return `The request to approve this call was withdrawn, so it has not run. (${address})`;
    case 'unusable':
      return `The approval of this call cannot be used, so it has not run${said} (${address})`;
  }
}
