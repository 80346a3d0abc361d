import type { Reviewed, ReviewingClient } from './decide.ts';
import type { Outcome, RunEnd } from './outcome.ts';
import type { PendingInterrupt } from './pendingInterrupts.ts';

const REPORT_WAIT_MS = 1_000;

/** An approval that the graph was resumed with, and whose outcome is not reported yet. */
export type OpenApproval = {
  reviewed: Reviewed;
  interrupt: PendingInterrupt;
  outcome(end: RunEnd): Outcome | null;
};

/**
 * Reports the outcomes that are known. The graph has already continued, so a failure to report is
 * not the caller's problem: such a review is listed as UNREPORTED.
 * @returns the approvals whose outcome is not known yet
 */
export async function report(
  client: ReviewingClient,
  approvals: readonly OpenApproval[],
  endOf: (interrupt: PendingInterrupt) => RunEnd | Promise<RunEnd>,
): Promise<OpenApproval[]> {
  const signal = AbortSignal.timeout(REPORT_WAIT_MS);
  const open: OpenApproval[] = [];
  await Promise.allSettled(
    approvals.map(async (approval) => {
      const outcome = approval.outcome(await endOf(approval.interrupt));
      if (outcome === null) open.push(approval);
      else {
        const { nodeExecId } = approval.reviewed;
        await client.reportOutcome({ nodeExecId, ...outcome }, { signal });
      }
    }),
  );
  return open;
}
