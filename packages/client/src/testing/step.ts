import type { ReviewDecisionInput, ReviewFragment } from '../generated/graphql.ts';

/** Which reviews a step of the script is for. Absent: any. */
export type StepOptions = {
  when?: (review: ReviewFragment) => boolean;
  /** For how many reviews; Infinity for every one. Absent: for one. */
  times?: number;
};

export type ApproveOptions = StepOptions & {
  message?: string;
  /** Also for all later runs of this node in this execution. */
  autoApproveFuture?: boolean;
};

export type RejectOptions = StepOptions & { message?: string };

/** What a reviewer does about one review. */
export type Step = StepOptions & {
  /** For messages about the script. */
  readonly name: string;
  /** What is decided: nothing, one decision, or several at the same moment, of which one wins. */
  readonly decide: (review: ReviewFragment) => Decision[];
};

export type Decision = Omit<ReviewDecisionInput, 'nodeExecId' | 'subjectDigest'>;

/** Approves what was asked. */
export function approve({ when, times, ...decision }: ApproveOptions = {}): Step {
  return step('approve', { when, times }, () => [{ decision: 'APPROVE', ...decision }]);
}

/**
 * Approves with an edit.
 * @param change the new payload, or what makes it of the old one
 */
export function edit(change: unknown, { when, times, ...decision }: ApproveOptions = {}): Step {
  return step('edit', { when, times }, ({ payload }) => [
    {
      decision: 'APPROVE',
      payload: typeof change === 'function' ? change(payload) : change,
      ...decision,
    },
  ]);
}

export function reject({ when, times, ...decision }: RejectOptions = {}): Step {
  return step('reject', { when, times }, () => [{ decision: 'REJECT', ...decision }]);
}

/**
 * Decides as two steps do, at the same moment: exactly one of them wins. Where it is for is of its
 * own options.
 */
export function race(one: Step, other: Step, options: StepOptions = {}): Step {
  return step(`race of ${one.name} and ${other.name}`, options, (review) => [
    ...one.decide(review),
    ...other.decide(review),
  ]);
}

/**
 * Leaves it undecided, until it expires (the agent says when: `expiresAt`) or the agent's time
 * limit passes.
 */
export function letExpire(options: StepOptions = {}): Step {
  return step('letExpire', options, () => []);
}

function step(
  name: string,
  { when, times }: { when?: StepOptions['when'] | undefined; times?: number | undefined },
  decide: Step['decide'],
): Step {
  return { name, decide, ...(when && { when }), ...(times !== undefined && { times }) };
}
