import { HoldpointError } from './errors.ts';
import type { ReviewLinkInput, Risk } from './generated/graphql.ts';
import { JsonText } from './json/jsonText.ts';
import { type Approved, type NotApproved, timedOut } from './outcome.ts';
import { payloadOf } from './payloadOf.ts';
import { InvalidInputError } from './problems.ts';
import { type ReviewOptions, review } from './review.ts';
import { consume, NotApprovedError, runAndReport } from './runOnce.ts';
import type { OnChangesRequested } from './settle.ts';
import type { ReviewContext, StepOptions } from './stepOptions.ts';
import { type Made, made, type Summary } from './summary.ts';

export type GateOptions<Args extends unknown[], Otherwise = never> = Omit<
  StepOptions,
  'node' | keyof Summary
> & {
  /** The kind of step: its nodeId. Defaults to the function's name. */
  node?: string | undefined;
  /**
   * Whether a call needs approval. Defaults to all calls. If it returns `false`, the call runs at
   * once and Holdpoint is not told. Prefer rules in the policy of the service: they apply to every
   * agent, and each call is recorded.
   */
  needsReview?: ((...args: Args) => boolean | Promise<boolean>) | undefined;
  /** Shown to the reviewer. Like the next five, a value or a function of the arguments. */
  instructions?: Made<string, Args> | undefined;
  /** One line for lists and messages, at most 200 characters. */
  headline?: Made<string, Args> | undefined;
  /** The risk as the agent sees it. A rule of the policy may raise it. */
  risk?: Made<Risk, Args> | undefined;
  /** At most 20, each of 1 to 64 characters. */
  tags?: Made<readonly string[], Args> | undefined;
  /** Whether the step can be undone. */
  reversible?: Made<boolean, Args> | undefined;
  /** Where the reviewer can read more. At most 10, with https. */
  links?: Made<readonly ReviewLinkInput[], Args> | undefined;
  /**
   * Revises the arguments if a reviewer asks for changes. Its payload is the only argument, or the
   * list of them. Without it, nobody can ask for changes.
   */
  onChangesRequested?: OnChangesRequested<Args[0] | Args> | undefined;
  /**
   * Distinguishes calls with the same arguments, e.g. by the model's tool call ID. Without it they
   * are one step, which runs once.
   */
  call?: string | undefined;
  /**
   * Validates what was approved, which a reviewer may have edited, e.g. with the `parse` of a zod
   * schema. It gets the only argument, or the list of them. If it throws, the call throws and
   * nothing runs. Without it only the number of arguments is checked.
   */
  parse?: ((data: unknown) => Args[0] | Args) | undefined;
  /** The result of a call that is not approved. By default the call throws NotApprovedError. */
  otherwise?: ((outcome: NotApproved) => Otherwise | Promise<Otherwise>) | undefined;
};

/**
 * Wraps a function so that it runs only when approved, with the approved arguments. The reviewer
 * sees the only argument, or the list of arguments if there are none or several.
 *
 * The approval is consumed before the function runs, by the digest of these very arguments. An
 * approval can be consumed once: if two agents run the same step, one of them runs the function.
 * Afterwards the result is reported. If an agent crashes in between, the function may or may not
 * have run; it is not run again, and the review is listed as UNREPORTED. If the approval is
 * withdrawn before it is consumed, the call waits for another decision. A step that a standing
 * approval or a rule of the policy allows is approved at once, and still runs once. Another `call`
 * makes the same arguments another step.
 *
 * On any error, in the predicate, in Holdpoint or in the network, the function does not run.
 */
export function gate<Args extends unknown[], Result, Otherwise = never>(
  context: ReviewContext,
  tool: (...args: Args) => Result | Promise<Result>,
  options: GateOptions<Args, Otherwise>,
): (...args: Args) => Promise<Result | Otherwise> {
  const { needsReview, instructions, headline, risk, tags, reversible, links, ...others } = options;
  const { parse, otherwise, onChangesRequested, ...step } = others;
  const node = options.node ?? tool.name;
  if (node === '') {
    throw new InvalidInputError([
      { path: 'node', message: 'is required because the function has no name' },
    ]);
  }

  return async (...args) => {
    const given = withoutAbsent(args);
    if (needsReview) {
      const asked = needsReview(...args);
      // A synchronous answer is used in the same tick, so the arguments cannot have changed.
      const needed = typeof asked === 'boolean' ? asked : await unchanged(given, asked);
      if (needed === false) return tool(...args);
    }

    const answer = await approvalOf({
      ...step,
      node,
      payload: payloadOf(given.length === 1 ? given[0] : given),
      instructions: made(instructions, args),
      headline: made(headline, args),
      risk: made(risk, args),
      tags: made(tags, args),
      reversible: made(reversible, args),
      links: made(links, args),
      onChangesRequested: onChangesRequested as OnChangesRequested<unknown> | undefined,
      parse: (data) => argumentsOf<Args>(data, given.length, parse),
    });
    if (!answer.approved) return refuse(answer);
    return runAndReport(context, answer, () => tool(...answer.data));
  };

  /** Waits until an approval is consumed. One that was withdrawn before leads to another wait. */
  async function approvalOf(
    options: ReviewOptions<unknown, Args>,
  ): Promise<Approved<Args> | NotApproved> {
    const { timeLimitMs } = options;
    const start = performance.now();
    for (let left = timeLimitMs; ; ) {
      const outcome = await review(context, { ...options, timeLimitMs: left });
      if (!outcome.approved) return outcome;
      const refused = await consume(context, outcome, options.signal);
      if (refused === null) return outcome;
      if (refused.status !== 'withdrawn') return refused;
      if (timeLimitMs === undefined) continue;
      left = timeLimitMs - (performance.now() - start);
      if (left <= 0) return timedOut(refused.nodeExecId, timeLimitMs, refused.votes);
    }
  }

  async function refuse(outcome: NotApproved): Promise<Otherwise> {
    if (otherwise) return otherwise(outcome);
    throw new NotApprovedError(outcome);
  }
}

/**
 * @throws HoldpointError if the caller changes the arguments meanwhile: the answer would not be
 * about them
 */
async function unchanged<Answer>(given: unknown[], answer: Promise<Answer>): Promise<Answer> {
  const before = textOf(given);
  const answered = await answer;
  if (textOf(given) === before) return answered;
  throw new HoldpointError(
    'The arguments were changed while needsReview was running, so the function was not run',
  );
}

/** Null for values that are not JSON, which cannot be compared. */
function textOf(given: unknown[]): string | null {
  try {
    return JsonText.of(given).text;
  } catch {
    return null;
  }
}

/** Missing arguments and trailing undefined ones are the same. */
function withoutAbsent(args: readonly unknown[]): unknown[] {
  return args.slice(0, args.findLastIndex((value) => value !== undefined) + 1);
}

function argumentsOf<Args extends unknown[]>(
  approved: unknown,
  count: number,
  parse: ((data: unknown) => unknown) | undefined,
): Args {
  const read = parse ? parse(approved) : approved;
  if (count === 1) return [read] as unknown[] as Args;
  if (Array.isArray(read) && read.length === count) return read as Args;
  throw new HoldpointError(
    `The approved payload is not a list of ${count} arguments, so the function was not run`,
  );
}
