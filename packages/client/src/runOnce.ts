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
  unusable,
  withdrawn,
} from './outcome.ts';
import { NotFoundError, ReviewConflictError } from './problems.ts';
import type { ReviewContext } from './stepOptions.ts';

const MAX_DETAIL_CHARACTERS = 10_000;
const REPORT_WAIT_MS = 1_000;

/** The function was not run because it is not approved. */
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
 * Runs a function with what was approved, at most once per approval, however many callers have the
 * outcome. The approval is consumed first, and the result is reported afterwards. See gate for what
 * happens if an agent crashes in between.
 * @throws NotApprovedError if the function was not run; whatever the function throws
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
 * Consumes the approval of these very arguments.
 * @returns null if the caller may act, otherwise why not
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
    if (!review) throw error;
    if (review.status === 'WAITING') return withdrawn(review);
    const outcome = outcomeOfReview(review);
    if (!outcome?.approved) return outcome;
    // It was withdrawn and approved again with another edit. Otherwise it must not be used.
    return outcome.dataText === dataText
      ? unusable(review, (error as Error).message)
      : withdrawn(review);
  }
}

/** Runs a function whose approval was consumed, and reports the result. */
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
 * The function has run, so a failure to report is not the caller's problem, and the caller does not
 * wait long. A review without a report is listed as UNREPORTED.
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
