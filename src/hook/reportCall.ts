import type { Holdpoint } from '@holdpoint/client';

const MAX_DETAIL_CHARACTERS = 10_000;

/** Reports what became of a call that was let through. */
export async function reportCall(
  holdpoint: Holdpoint,
  reviewId: string,
  outcome: 'EXECUTED' | 'FAILED' | 'SKIPPED',
  detail?: string,
  signal?: AbortSignal,
): Promise<void> {
  const text = detail?.slice(0, MAX_DETAIL_CHARACTERS).toWellFormed().replaceAll('\0', '');
  await holdpoint.reportOutcome(
    { nodeExecId: reviewId, outcome, ...(text && { detail: text }) },
    { signal },
  );
}
