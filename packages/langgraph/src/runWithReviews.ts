import { InvalidInputError, type Made, type StepOptions, type Summary } from '@holdpoint/client';
import { type BaseCheckpointSaver, Command } from '@langchain/langgraph';
import { type AnyKind, approvalQuestion, isApprovalRequest } from './approvalQuestion.ts';
import { claim } from './claim.ts';
import {
  type Asked,
  checkAnswerable,
  decide,
  type Reviewed,
  type ReviewingClient,
} from './decide.ts';
import { UnanswerableError } from './errors.ts';
import { nodeEndAfter, toolErrorsIn } from './outcome.ts';
import { interruptsIn, locate, type PendingInterrupt } from './pendingInterrupts.ts';
import type { Questions } from './question.ts';
import { type AnswerOf, rawQuestion } from './rawQuestion.ts';
import { type OpenApproval, report } from './report.ts';
import type { Snapshot } from './snapshot.ts';
import { toolCallQuestions } from './toolCallQuestions.ts';
import { checkToolNodes } from './toolNodes.ts';

/** A compiled graph with a checkpointer, or a LangChain agent. */
export type ReviewableGraph = {
  // biome-ignore lint/suspicious/noExplicitAny: a graph of any state
  invoke(input: any, config?: any): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: a graph of any state
  getState(config: any, options?: any): Promise<any>;
  checkpointer?: BaseCheckpointSaver | boolean | undefined;
};

export type RunConfig = {
  configurable?: Record<string, unknown> | undefined;
  signal?: AbortSignal;
};

export type RunWithReviewsOptions = Pick<
  StepOptions,
  'graph' | 'graphVersion' | 'timeLimitMs' | 'onWaiting'
> & {
  client: ReviewingClient;
  /** The graphExecId of the reviews. Defaults to the thread ID. */
  execution?: string;
  /** One line for lists and messages. A function is called for each review, as for the next four. */
  headline?: Made<string, [asked: Asked]>;
  /** The risk as the agent sees it. A rule of the policy may raise it. */
  risk?: Made<NonNullable<Summary['risk']>, [asked: Asked]>;
  tags?: Made<readonly string[], [asked: Asked]>;
  reversible?: Made<boolean, [asked: Asked]>;
  links?: Made<NonNullable<Summary['links']>, [asked: Asked]>;
  /** The deadline for decisions. A function is called for each review. */
  expiresAt?: Date | string | (() => Date | string);
  /**
   * How an approval request of `@holdpoint/client/approvals` is answered: as the result of
   * `interrupt()`, or in the state's `approval_approved` and `approved_payload`, after which the
   * node runs again. The state has room for one decision at a time.
   */
  answerIn?: 'resume' | 'state';
  /** Your own kinds of approval, so that edits of them are checked. */
  kinds?: readonly AnyKind[];
  /**
   * What `interrupt()` returns for other interrupts. Defaults to `{ approved, data, message }`, or
   * whatever fits the schema of the interrupt.
   */
  answer?: AnswerOf;
  /**
   * Resume even though a worker has already claimed the decisions. Set it only if that worker has
   * crashed: its node may have begun.
   */
  takeOver?: boolean;
};

/**
 * Runs a graph to its end and requests a review for each interrupt. Pending interrupts are reviewed
 * at the same time. When all are decided, the graph is resumed once, each interrupt with its own
 * answer.
 *
 * An interrupted thread continues where it stopped, in any process; `input` is only for a new run.
 * A question has the same ID in every process, so it is requested once. Decisions are claimed
 * before the graph is resumed: one of several workers resumes, and the others get
 * AlreadyResumedError. If a node throws after it was answered, it keeps the answer, and the next
 * call runs it again.
 *
 * @param config of the run, with `configurable.thread_id`; its `signal` also ends the waiting
 * @returns what the graph's `invoke` returns
 * @throws InvalidInputError, AlreadyResumedError, NotDecidedError, UnanswerableError and the errors
 * of `client.review`, before the graph is resumed; whatever the graph throws
 */
export async function runWithReviews<Graph extends ReviewableGraph>(
  graph: Graph,
  input: Parameters<Graph['invoke']>[0] | null,
  config: RunConfig,
  options: RunWithReviewsOptions,
): Promise<Awaited<ReturnType<Graph['invoke']>>> {
  const { threadId, checkpointer } = check(graph, config);
  const snapshot: Snapshot = await graph.getState(config);
  // A node that threw is in `tasks`, but not in `next`.
  let result = await graph.invoke(snapshot.tasks.length > 0 ? null : input, config);

  // From here on use the thread's latest checkpoint, wherever the run began.
  const { checkpoint_id: _, ...configurable } = config.configurable ?? {};
  const thread = { ...config, configurable };
  let open: OpenApproval[] = [];
  for (;;) {
    const interrupts = interruptsIn(result);
    const state: Snapshot = await graph.getState(thread, { subgraphs: true });
    open = await report(options.client, open, ({ id }) => ({
      graph: interrupts.length === 0 ? 'ended' : 'interrupted',
      node: interrupts.some((interrupt) => interrupt.id === id) ? 'interrupted' : 'ended',
      state,
    }));
    if (interrupts.length === 0) {
      checkEnded(state);
      return result;
    }
    const pending = await locate(interrupts, state, checkpointer);
    checkToolNodes(graph, pending, state);
    const asked = pending.map((interrupt) => questionsOf(interrupt, state, options));
    if (options.answerIn === 'state') checkOneDecision(asked);
    for (const { questions } of asked) questions.forEach(checkAnswerable);

    const decided = await decideAll(asked, pending, threadId, config.signal, options);
    const answered = asked.map((one, at) => ({
      ...one,
      interrupt: pending[at] as PendingInterrupt,
      decisions: decided[at] ?? [],
    }));
    await claim(options.client, decided.flat(), options.takeOver ?? false);

    open.push(...approvalsIn(answered));
    try {
      result = await graph.invoke(commandOf(answered, options), thread);
    } catch (error) {
      await report(options.client, open, async ({ task, namespace }) => {
        const place = { ...thread, configurable: { ...configurable, checkpoint_ns: namespace } };
        const latest = await checkpointer.getTuple(place);
        const state: Snapshot = await graph.getState(place, { subgraphs: true });
        const node = nodeEndAfter(error, task, latest);
        return { graph: 'failed', node, error, toolErrors: toolErrorsIn(state, latest), state };
      });
      throw error;
    }
  }
}

const approvalsIn = (answered: readonly Answered[]): OpenApproval[] =>
  answered.flatMap(({ interrupt, decisions, outcome }) =>
    decisions.flatMap((reviewed, at) =>
      reviewed.approved
        ? { reviewed, interrupt, outcome: (end) => outcome(at, decisions, end) }
        : [],
    ),
  );

function check(graph: ReviewableGraph, { configurable }: RunConfig) {
  const threadId = configurable?.['thread_id'];
  if (typeof threadId !== 'string' || threadId === '') {
    const path = 'config.configurable.thread_id';
    throw new InvalidInputError([
      { path, message: 'is required: it identifies the thread to resume' },
    ]);
  }
  const { checkpointer } = graph;
  if (typeof checkpointer !== 'object') {
    const message = 'is required when the graph is compiled: without it, nothing can be resumed';
    throw new InvalidInputError([{ path: 'graph.checkpointer', message }]);
  }
  return { threadId, checkpointer };
}

/** Some options change the form of the result. An interrupted run must not look finished. */
function checkEnded({ tasks }: Snapshot): void {
  if (tasks.every(({ interrupts }) => interrupts.length === 0)) return;
  throw new UnanswerableError(
    'The graph was interrupted, but its result does not say so: leave streamMode and outputKeys to runWithReviews',
  );
}

function questionsOf(
  interrupt: PendingInterrupt,
  state: Snapshot,
  { kinds = [], answer }: RunWithReviewsOptions,
): Questions {
  const { value, node } = interrupt;
  if (isApprovalRequest(value)) return approvalQuestion(interrupt, value, kinds);
  return toolCallQuestions(interrupt, state) ?? rawQuestion(interrupt, node, answer);
}

function checkOneDecision(asked: readonly Questions[]): void {
  const [first] = asked;
  if (asked.length === 1 && isApprovalRequest(first?.interrupt.value)) return;
  throw new UnanswerableError(
    `${asked.length} interrupts are waiting, but the state has room for one decision only. Use answerIn 'resume'`,
  );
}

/**
 * Waits for all decisions at the same time. If one fails, the others are no longer waited for; they
 * can still be decided.
 */
async function decideAll(
  asked: readonly Questions[],
  pending: readonly PendingInterrupt[],
  threadId: string,
  signal: AbortSignal | undefined,
  options: RunWithReviewsOptions,
): Promise<Reviewed[][]> {
  const { client, takeOver = false, execution = threadId } = options;
  const { graph, graphVersion, headline, risk, tags, reversible, links } = options;
  const { timeLimitMs, onWaiting } = options;
  const expiresAt =
    typeof options.expiresAt === 'function' ? options.expiresAt() : options.expiresAt;
  const end = new AbortController();
  const reviewing = {
    ...{ client, takeOver, execution, graph, graphVersion },
    ...{ headline, risk, tags, reversible, links },
    ...{ expiresAt, timeLimitMs, onWaiting },
    signal: signal ? AbortSignal.any([signal, end.signal]) : end.signal,
  };
  try {
    return await Promise.all(
      asked.map(({ questions, interrupt }, at) =>
        Promise.all(
          questions.map((question, place) => {
            const key = [threadId, interrupt.id, pending[at]?.answered, place].join(':');
            return decide(question, key, reviewing);
          }),
        ),
      ),
    );
  } finally {
    end.abort();
  }
}

type Answered = Questions & { interrupt: PendingInterrupt; decisions: Reviewed[] };

/** Always answers by interrupt ID: a plain value would answer all pending interrupts. */
function commandOf(answered: readonly Answered[], { answerIn }: RunWithReviewsOptions) {
  if (answerIn === 'state') {
    const [only] = answered as [Answered];
    const update = only.answer(only.decisions) as Record<string, unknown>;
    return new Command({ update });
  }
  return new Command({
    resume: Object.fromEntries(
      answered.map(({ interrupt, decisions, answer }) => [interrupt.id, answer(decisions)]),
    ),
  });
}
