import type { Reviewed, ReviewingClient } from './decide.ts';

const REPORT_WAIT_MS = 1_000;
const MAX_DETAIL_CHARACTERS = 2_000;

/**
 * Reports the results of the approvals that the graph was resumed with. The graph has already
 * continued, so a failure to report is not the caller's problem: such a review is listed as
 * UNREPORTED.
 * @param failure what the run threw, if it did
 */
export async function report(
  client: ReviewingClient,
  approvals: readonly { reviewed: Reviewed; skipped: string | null }[],
  failure?: { error: unknown },
): Promise<void> {
  const signal = AbortSignal.timeout(REPORT_WAIT_MS);
  await Promise.allSettled(
    approvals.map(({ reviewed, skipped }) => {
      const { nodeExecId } = reviewed;
      if (failure) {
        const detail = textOf(`The run that was resumed failed: ${failure.error}`);
        return client.reportOutcome({ nodeExecId, outcome: 'FAILED', detail }, { signal });
      }
      const outcome = skipped === null ? 'EXECUTED' : 'SKIPPED';
      return client.reportOutcome({ nodeExecId, outcome, detail: skipped }, { signal });
    }),
  );
}

const textOf = (detail: string): string =>
  detail.slice(0, MAX_DETAIL_CHARACTERS).toWellFormed().replaceAll('\0', '');
