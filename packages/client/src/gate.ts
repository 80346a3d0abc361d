import { HoldpointError } from './errors.ts';
import { JsonText } from './json/jsonText.ts';
import type { NotApproved } from './outcome.ts';
import { InvalidInputError } from './problems.ts';
import { type ReviewContext, review, type StepOptions } from './review.ts';
import { consume, NotApprovedError, runAndReport } from './runOnce.ts';

export type GateOptions<Args extends unknown[], Otherwise = never> = Omit<StepOptions, 'node'> & {
  /** What kind of step this is: its nodeId. Absent: the function's name. */
  node?: string | undefined;
  /**
   * Which calls need a human. Absent: all. What answers `false` here runs at once, and Holdpoint
   * does not hear of it.
   */
  needsReview?: ((...args: Args) => boolean | Promise<boolean>) | undefined;
  /** What the reviewer should know. */
  instructions?: string | ((...args: Args) => string) | undefined;
  /**
   * Tells two calls with the same arguments apart: a model's tool call id, say. Absent: they are
   * one step, which runs once.
   */
  call?: string | undefined;
  /**
   * Reads what was approved, which a reviewer may have edited: the zod schema's parse of the only
   * argument, or of the list of them. What it throws, the call throws, and nothing runs. Absent:
   * only the number of arguments is checked.
   */
  parse?: ((data: unknown) => Args[0] | Args) | undefined;
  /** What the call answers where it is not approved. Absent: it throws NotApprovedError. */
  otherwise?: ((outcome: NotApproved) => Otherwise | Promise<Otherwise>) | undefined;
};

/**
 * Wraps a function so that it runs only when approved, with the approved arguments. What the
 * reviewer sees is the only argument, or the list of them where there are more or none.
 *
 * An approval is consumed before the function runs, by the digest of the very arguments that it
 * runs with, and one approval is consumed once: of two agents that run the same step, one runs the
 * function. Afterwards what came of it is reported. An agent that ends in between has perhaps run
 * it and perhaps not; it is not run again, and the review shows up as UNREPORTED. Under a standing
 * approval it is the same: each step is approved at once, and runs once. Another `call` makes the
 * same arguments another step.
 *
 * On any error, of the predicate, of Holdpoint or of the way to it, the function is not run.
 */
export function gate<Args extends unknown[], Result, Otherwise = never>(
  context: ReviewContext,
  tool: (...args: Args) => Result | Promise<Result>,
  options: GateOptions<Args, Otherwise>,
): (...args: Args) => Promise<Result | Otherwise> {
  const { needsReview, instructions, parse, otherwise, ...step } = options;
  const node = options.node ?? tool.name;
  if (node === '') {
    throw new InvalidInputError([
      { path: 'node', message: 'must be given where the function has no name' },
    ]);
  }

  return async (...args) => {
    const given = withoutAbsent(args);
    if (needsReview) {
      const asked = needsReview(...args);
      // What is answered at once is acted on at once: the arguments are still those that were
      // looked at.
      const needed = typeof asked === 'boolean' ? asked : await unchanged(given, asked);
      if (needed === false) return tool(...args);
    }

    const outcome = await review(context, {
      ...step,
      node,
      payload: given.length === 1 ? given[0] : given,
      instructions: typeof instructions === 'function' ? instructions(...args) : instructions,
      parse: (data) => argumentsOf<Args>(data, given.length, parse),
    });
    if (!outcome.approved) return refuse(outcome);
    const refused = await consume(context, outcome, step.signal);
    if (refused) return refuse(refused);
    return runAndReport(context, outcome, () => tool(...outcome.data));
  };

  async function refuse(outcome: NotApproved): Promise<Otherwise> {
    if (otherwise) return otherwise(outcome);
    throw new NotApprovedError(outcome);
  }
}

/**
 * @throws HoldpointError where the caller changes the arguments meanwhile, so that the answer is
 *   not about them
 */
async function unchanged<Answer>(given: unknown[], answer: Promise<Answer>): Promise<Answer> {
  const before = textOf(given);
  const answered = await answer;
  if (textOf(given) === before) return answered;
  throw new HoldpointError(
    'The arguments were changed while needsReview was asked, so nothing was run',
  );
}

/** Null for what is not JSON, which cannot be compared. */
function textOf(given: unknown[]): string | null {
  try {
    return JsonText.of(given).text;
  } catch {
    return null;
  }
}

/** Arguments that are not given and those that are undefined at the end are the same. */
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
    `What was approved is no list of ${count} arguments any more, so nothing was run`,
  );
}
