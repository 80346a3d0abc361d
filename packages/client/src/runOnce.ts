import { sleep } from './abort.ts';
import { payloadDigest } from './digest.ts';
import { HoldpointError } from './errors.ts';
import type { ReportOutcomeInput } from './generated/graphql.ts';
import { JsonText } from './json/jsonText.ts';
import {
  type Approved,
  deleted,
  type NotApproved,
  type Outcome,
  outcomeOfReview,
} from './outcome.ts';
import { NotFoundError, ReviewConflictError } from './problems.ts';
import type { ReviewContext } from './review.ts';

const MAX_DETAIL_CHARACTERS = 10_000;
const REPORT_WAIT_MS = 1_000;

/** What must be approved was not run, because it is not. */
export class NotApprovedError extends HoldpointError {
  override name = 'NotApprovedError';
  readonly outcome: NotApproved;

  constructor(outcome: NotApproved) {
    const { nodeExecId, status, message } = outcome;
    super(`${nodeExecId} was not run: ${status}${message && `, ${message}`}`);
    this.outcome = outcome;
  }
}

/**
 * Acts on the outcome of a review, at most once, whoever else has that outcome: its approval is
 * consumed before the function runs, and what came of it is reported after. See gate for what that
 * means when an agent ends in between.
 * @throws NotApprovedError, and then the function was not run; what the function throws
 */
export async function runOnce<Data, Result>(
  context: ReviewContext,
  outcome: Outcome<Data>,
  run: (data: Data) => Result | Promise<Result>,
): Promise<Result> {
  if (!outcome.approved) throw new NotApprovedError(outcome);
  const refused = await consume(context, outcome);
  if (refused) throw new NotApprovedError(refused);
  return runAndReport(context, outcome, () => run(outcome.data));
}

/**
 * Takes the approval of these very arguments.
 * @returns null to whoever may act, else why not
 */
export async function consume(
  { operations }: ReviewContext,
  { nodeExecId, dataText }: Approved,
  signal?: AbortSignal,
): Promise<NotApproved | null> {
  const approved = new JsonText(dataText).value;
  const input = { nodeExecId, payloadDigest: await payloadDigest(approved) };
  try {
    await operations.consumeReview(input, { signal });
    return null;
  } catch (error) {
    if (error instanceof NotFoundError) return deleted(nodeExecId);
    const [review] = error instanceof ReviewConflictError ? error.reviews : [];
    const outcome = review ? outcomeOfReview(review) : null;
    // Still approved: the conflict is about the digest.
    if (!outcome || outcome.approved) throw error;
    return outcome;
  }
}

/** Runs what was consumed, and says what came of it. */
export async function runAndReport<Result>(
  context: ReviewContext,
  { nodeExecId }: Approved,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await run();
  } catch (error) {
    const detail = String(error)
      .slice(0, MAX_DETAIL_CHARACTERS)
      .toWellFormed()
      .replaceAll('\0', '');
    await report(context, { nodeExecId, outcome: 'FAILED', detail });
    throw error;
  }
  await report(context, { nodeExecId, outcome: 'EXECUTED' });
  return result;
}

/**
 * The function has run, whether or not that can be told: trouble here is not the caller's, who does
 * not wait long for it either. What could not be reported shows up as UNREPORTED.
 */
async function report({ operations }: ReviewContext, input: ReportOutcomeInput): Promise<void> {
  const done = new AbortController();
  const reporting = operations
    .reportOutcome(input)
    .then(
      () => {},
      () => {},
    )
    .finally(() => done.abort());
  await Promise.race([reporting, sleep(REPORT_WAIT_MS, done.signal)]);
}
