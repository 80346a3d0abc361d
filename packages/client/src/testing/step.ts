import type {
  ReviewCommentInput,
  ReviewDecisionInput,
  ReviewFragment,
} from '../generated/graphql.ts';

/** Which reviews a step applies to. Defaults to any. */
export type ScriptStepOptions = {
  when?: (review: ReviewFragment) => boolean;
  /** How many reviews it applies to, or Infinity. Defaults to 1. */
  times?: number;
};

export type ApproveOptions = ScriptStepOptions & {
  /** The person who decides, by their name in `people`. Defaults to the reviewer. */
  as?: string;
  message?: string;
  /** Also creates a standing approval for this node and execution. */
  autoApproveFuture?: boolean;
};

export type RejectOptions = Pick<ApproveOptions, 'when' | 'times' | 'as' | 'message'>;

/** What a reviewer does about one review. */
export type Step = ScriptStepOptions & {
  /** Shown in error messages. */
  readonly name: string;
  /** The decisions: none, one, or several at the same time, of which one wins. */
  readonly decide: (review: ReviewFragment) => Decision[];
  /** Whether several decisions are made one after another instead. */
  readonly isInTurn?: boolean;
};

export type Decision = Omit<ReviewDecisionInput, 'nodeExecId' | 'subjectDigest'> &
  Pick<ApproveOptions, 'as'>;

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
 * Answers a question.
 * @param value the answer, or a function of the context
 */
export function answer(value: unknown, { when, times, ...decision }: RejectOptions = {}): Step {
  return step('answer', { when, times }, ({ payload }) => [
    {
      decision: 'ANSWER',
      answer: typeof value === 'function' ? value(payload) : value,
      ...decision,
    },
  ]);
}

export type RequestChangesOptions = RejectOptions & {
  /** Comments on the payload, or on places in it. */
  comments?: readonly ReviewCommentInput[];
};

/** Asks for changes. The revision is a review of its own: the next step applies to it. */
export function requestChanges(
  message: string,
  { when, times, comments = [], ...decision }: Omit<RequestChangesOptions, 'message'> = {},
): Step {
  return step('requestChanges', { when, times }, () => [
    { decision: 'REQUEST_CHANGES', message, comments: [...comments], ...decision },
  ]);
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

/**
 * Makes the decisions of several steps one after another, e.g. the votes of several people:
 * `inTurn([approve({ as: 'ada' }), approve({ as: 'ben' })])`. Which reviews it applies to is in
 * `options`.
 */
export function inTurn(steps: readonly Step[], options: ScriptStepOptions = {}): Step {
  const name = `${steps.map((step) => step.name).join(', then ')}`;
  const all = step(name, options, (review) => steps.flatMap(({ decide }) => decide(review)));
  return { ...all, isInTurn: true };
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
