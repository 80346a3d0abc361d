import { outcomeOfNode } from './outcome.ts';
import { asAsked, type Decision, type Interrupt, type Questions, shapeOf } from './question.ts';
import { schemaIssue } from './schemaIssue.ts';

/**
 * Turns a decision into the return value of `interrupt()`. If it throws, the decision is refused.
 */
export type AnswerOf = (decision: Decision, interrupt: Interrupt) => unknown;

/** Any other interrupt: its value is reviewed. */
export function rawQuestion(
  interrupt: Interrupt,
  node: string,
  answerOf: AnswerOf = bestAnswer,
): Questions {
  const payload = interrupt.value ?? null;
  // A node that takes only a yes or no would ignore an edit.
  const editable = answerOf !== bestAnswer || bestAnswer(asAsked(payload), interrupt) !== true;
  return {
    interrupt,
    questions: [
      {
        node,
        payload,
        editable,
        refusal(decision) {
          if (decision.edited && !editable) {
            return 'the node takes only a yes or no, so it would do what it asked for at first';
          }
          if (decision.edited && shapeOf(decision.data) !== shapeOf(payload)) {
            return `must stay ${shapeOf(payload)}, and became ${shapeOf(decision.data)}`;
          }
          try {
            return misfit(interrupt, answerOf(decision, interrupt));
          } catch (error) {
            return String((error as Error)?.message ?? error);
          }
        },
      },
    ],
    answer: ([decision]) => answerOf(decision as Decision, interrupt),
    outcome: (_at, _decisions, end) => outcomeOfNode(end),
  };
}

const wholeAnswer: AnswerOf = ({ approved, data, message }) => ({ approved, data, message });
const pair: AnswerOf = ({ approved, data }) => ({ approved, data });
const yesOrNo: AnswerOf = ({ approved }) => approved;
const dataAlone: AnswerOf = ({ data }) => data;

/**
 * `{ approved, data, message }`, or, if the schema of the node does not accept that, the first of
 * `{ approved, data }`, a boolean, and the data alone that it accepts.
 */
function bestAnswer(decision: Decision, interrupt: Interrupt): unknown {
  const example = decision.approved ? asAsked(interrupt.value ?? null) : decision;
  // A rejection is never sent as data.
  const forms = [wholeAnswer, pair, yesOrNo, ...(decision.approved ? [dataAlone] : [])];
  const fitting = forms.find((form) => misfit(interrupt, form(example, interrupt)) === null);
  return (fitting ?? wholeAnswer)(decision, interrupt);
}

const misfit = ({ response_schema }: Interrupt, answer: unknown): string | null =>
  response_schema === undefined ? null : schemaIssue(response_schema, answer);
