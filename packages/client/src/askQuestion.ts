import { stepId } from './ids.ts';
import { JsonText } from './json/jsonText.ts';
import { jsonTextOf } from './json/parseJson.ts';
import { type Decided, deleted, type NotApproved, outcomeOfReview, timedOut } from './outcome.ts';
import { payloadOf } from './payloadOf.ts';
import { requestOf } from './requestOf.ts';
import { type OnChangesRequested, settle } from './settle.ts';
import type { ReviewContext, StepOptions } from './stepOptions.ts';

/** The type of the answers to a schema that is a choice or a plain type. Otherwise unknown. */
export type AnswerOf<Schema> = Schema extends { enum: readonly (infer Choice)[] }
  ? Choice
  : Schema extends { const: infer Only }
    ? Only
    : Schema extends { type: 'boolean' }
      ? boolean
      : Schema extends { type: 'string' }
        ? string
        : Schema extends { type: 'number' | 'integer' }
          ? number
          : unknown;

export type QuestionOptions<Schema, Answer> = Omit<StepOptions, 'editable'> & {
  /** The question in one line, at most 200 characters. */
  headline: string;
  /** What an answer looks like: JSON Schema 2020-12. The service checks the answer against it. */
  answerSchema: Schema;
  /** The context: what the reviewer should know, as JSON. */
  payload?: unknown;
  /** The question in detail, in Markdown. */
  instructions?: string | undefined;
  /**
   * The ID of the question. By default it is derived from execution, node, headline, instructions,
   * payload and schema, so that a retried step asks the same question.
   */
  nodeExecId?: string | undefined;
  /** Distinguishes equal questions if there is no `nodeExecId`. */
  call?: string | undefined;
  /** Makes the answer what the agent needs, e.g. the `parse` of a zod schema. */
  parse?: ((answer: unknown) => Answer) | undefined;
  /** Revises the payload if a reviewer asks for changes. Without it, nobody can. */
  onChangesRequested?: OnChangesRequested<unknown> | undefined;
};

/** An answer. It is never an approval: runOnce refuses it. */
export type Answered<Answer = unknown> = Decided & {
  answered: true;
  approved: false;
  status: 'answered';
  answer: Answer;
  /** The same as exact JSON text. */
  answerText: string;
  nodeExecId: string;
  /** The reviewer's message; empty if there is none. */
  message: string;
  processed: boolean;
};

/** There is no answer: the status says why, as in NotApproved. */
export type Unanswered = NotApproved & { answered: false };

export type AnswerOutcome<Answer = unknown> = Answered<Answer> | Unanswered;

/**
 * Asks a question and waits for the answer of a reviewer. Asking is idempotent: after a restart of
 * the agent the same question resumes the same wait.
 * @throws like review
 */
export async function askQuestion<const Schema, Answer = AnswerOf<Schema>>(
  context: ReviewContext,
  options: QuestionOptions<Schema, Answer>,
): Promise<AnswerOutcome<Answer>> {
  const { execution, node, call, headline, instructions, parse } = options;
  const payload = payloadOf(options.payload);
  const answerSchema = payloadOf(options.answerSchema);
  const question = [headline, instructions ?? null, payload.value, answerSchema.value];
  const nodeExecId =
    options.nodeExecId ?? (await stepId({ execution, node, arguments: question, call }));
  const input = {
    ...requestOf(context, { ...options, nodeExecId, payload }, ['ANSWER', 'REJECT']),
    kind: 'QUESTION' as const,
    answerSchema,
  };
  const settled = await settle(context, input, options);
  if (settled === 'deleted') return { ...deleted(nodeExecId), answered: false };
  if (settled === 'timeout') {
    return { ...timedOut(nodeExecId, options.timeLimitMs as number), answered: false };
  }
  const outcome = outcomeOfReview(settled) as NotApproved;
  if (outcome.status !== 'answered') return { ...outcome, answered: false };
  const { text } = jsonTextOf(settled.answer);
  const answer = new JsonText(text).value;
  return {
    ...outcome,
    answered: true,
    status: 'answered',
    answer: parse ? parse(answer) : (answer as Answer),
    answerText: text,
    message: settled.reviewMessage ?? '',
  };
}
