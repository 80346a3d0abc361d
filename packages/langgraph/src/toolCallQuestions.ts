import { z } from 'zod';
import { instructionsOf } from './instructions.ts';
import type { PendingInterrupt } from './pendingInterrupts.ts';
import type { Decision, Question, Questions } from './question.ts';
import { schemaIssue } from './schemaIssue.ts';
import type { Snapshot } from './snapshot.ts';
import { toolCallOutcomes } from './toolCallOutcomes.ts';

// Interrupts of LangChain's human-in-the-loop middleware: the tool calls of one model message, which
// are answered together and by position. Nodes of the user's own can ask in the same form.

const toolCallBatch = z.looseObject({
  actionRequests: z
    .array(
      z.looseObject({
        name: z.string(),
        args: z.record(z.string(), z.unknown()),
        description: z.string().optional(),
      }),
    )
    .min(1),
  reviewConfigs: z.array(
    z.looseObject({
      actionName: z.string(),
      allowedDecisions: z.array(z.string()),
      argsSchema: z.unknown().optional(),
    }),
  ),
});

type Batch = z.output<typeof toolCallBatch>;
type Action = Batch['actionRequests'][number];
type Rules = Batch['reviewConfigs'][number];

const edited = z.strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()) });

/**
 * The questions of a batch of tool calls; null if the interrupt is not one.
 * @param state of the graph when it was interrupted
 */
export function toolCallQuestions(interrupt: PendingInterrupt, state: Snapshot): Questions | null {
  const { data: batch } = toolCallBatch.safeParse(interrupt.value);
  if (!batch) return null;
  const rules = batch.actionRequests.map(({ name }, at) => rulesOf(batch, name, at));
  return {
    interrupt,
    questions: batch.actionRequests.map((action, at) => questionOf(action, rules[at])),
    answer: (decisions) => ({
      decisions: decisions.map((decision, at) => answerOf(decision, rules[at])),
    }),
    outcome: toolCallOutcomes(batch.actionRequests, interrupt.node, state),
  };
}

const rulesOf = ({ reviewConfigs }: Batch, name: string, at: number): Rules | undefined =>
  reviewConfigs[at]?.actionName === name
    ? reviewConfigs[at]
    : reviewConfigs.find(({ actionName }) => actionName === name);

const allows = (
  rules: Rules | undefined,
  decision: 'approve' | 'edit' | 'reject' | 'respond',
): boolean =>
  rules === undefined ? decision !== 'respond' : rules.allowedDecisions.includes(decision);

function questionOf({ name, args, description }: Action, rules: Rules | undefined): Question {
  return {
    node: name,
    payload: { name, args },
    instructions: description === undefined ? undefined : instructionsOf(description),
    editable: allows(rules, 'edit'),
    ...(isAnsweredByPeople(rules)
      ? { answerSchema: { type: 'string' } }
      : { takesReply: allows(rules, 'respond') }),
    refusal(decision) {
      if (!decision.approved) {
        const may = allows(rules, 'reject') || allows(rules, 'respond');
        return may ? null : `${name} cannot be rejected`;
      }
      if (!decision.edited) {
        return allows(rules, 'approve') || allows(rules, 'edit')
          ? null
          : `${name} can neither be approved nor edited`;
      }
      const { data } = edited.safeParse(decision.data);
      if (!data) return 'an edit must have a name and args, and nothing else';
      if (data.name !== name) return `the tool must stay ${name}: only its args can be edited`;
      const issue =
        rules?.argsSchema === undefined ? null : schemaIssue(rules.argsSchema, data.args);
      return issue && `args ${issue}`;
    },
  };
}

/** A tool that a person stands in for: it can only be responded to. */
const isAnsweredByPeople = (rules: Rules | undefined): boolean =>
  allows(rules, 'respond') && !allows(rules, 'approve') && !allows(rules, 'edit');

function answerOf({ approved, edited, data, message, reply }: Decision, rules: Rules | undefined) {
  if (reply !== undefined) return { type: 'respond', message: reply };
  if (!approved && !allows(rules, 'reject')) {
    return {
      type: 'respond',
      message: `The reviewer rejected this call, and it has not run. ${message}`.trim(),
    };
  }
  if (!approved) return { type: 'reject', ...(message !== '' && { message }) };
  // If only edits are allowed, an unchanged approval is sent as an edit that changes nothing.
  if (edited || !allows(rules, 'approve')) return { type: 'edit', editedAction: data };
  return { type: 'approve' };
}
