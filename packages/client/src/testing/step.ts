import type { ReviewDecisionInput, ReviewFragment } from '../generated/graphql.ts';

/** Which reviews a step applies to. Defaults to any. */
export type ScriptStepOptions = {
  when?: (review: ReviewFragment) => boolean;
  /** How many reviews it applies to, or Infinity. Defaults to 1. */
  times?: number;
};

export type ApproveOptions = ScriptStepOptions & {
  message?: string;
  /** Also creates a standing approval for this node and execution. */
  autoApproveFuture?: boolean;
};

export type RejectOptions = ScriptStepOptions & { message?: string };

/** What a reviewer does about one review. */
export type Step = ScriptStepOptions & {
  /** Shown in error messages. */
  readonly name: string;
  /** The decisions: none, one, or several at the same time, of which one wins. */
  readonly decide: (review: ReviewFragment) => Decision[];
};

export type Decision = Omit<ReviewDecisionInput, 'nodeExecId' | 'subjectDigest'>;

/** Approves what was asked. */
export function approve({ when, times, ...decision }: ApproveOptions = {}): Step {
  return step('approve', { when, times }, () => [{ decision: 'APPROVE', ...decision }]);
}

/**
 * Approves with an edit.
 * @param change the new payload, or a function of the old one
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
 * Makes the decisions of two steps at the same time: exactly one wins. Which reviews it applies to
 * is in `options`.
 */
export function race(one: Step, other: Step, options: ScriptStepOptions = {}): Step {
  return step(`race of ${one.name} and ${other.name}`, options, (review) => [
    ...one.decide(review),
    ...other.decide(review),
  ]);
}

/** Leaves the review undecided until it expires or the agent's time limit passes. */
export function letExpire(options: ScriptStepOptions = {}): Step {
  return step('letExpire', options, () => []);
}

function step(
  name: string,
  { when, times }: { when?: ScriptStepOptions['when'] | undefined; times?: number | undefined },
  decide: Step['decide'],
): Step {
  return { name, decide, ...(when && { when }), ...(times !== undefined && { times }) };
}
