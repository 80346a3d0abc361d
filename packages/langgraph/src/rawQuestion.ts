import { asAsked, type Decision, type Interrupt, type Questions, shapeOf } from './question.ts';
import { schemaIssue } from './schemaIssue.ts';

/**
 * Makes of a decision what the node that was interrupted takes for an answer. What it throws,
 * refuses the decision.
 */
export type AnswerOf = (decision: Decision, interrupt: Interrupt) => unknown;

/** An interrupt of no special kind: its value is what is reviewed. */
export function rawQuestion(
  interrupt: Interrupt,
  node: string,
  answerOf: AnswerOf = bestAnswer,
): Questions {
  const payload = interrupt.value ?? null;
  return {
    interrupt,
    questions: [
      {
        node,
        payload,
        // A node that takes a mere yes would act on what it asked, whatever the edit.
        editable: answerOf !== bestAnswer || bestAnswer(asAsked(payload), interrupt) !== true,
        refusal(decision) {
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
    skipped: () => null,
  };
}

const wholeAnswer: AnswerOf = ({ approved, data, message }) => ({ approved, data, message });
const pair: AnswerOf = ({ approved, data }) => ({ approved, data });
const yesOrNo: AnswerOf = ({ approved }) => approved;
const dataAlone: AnswerOf = ({ data }) => data;

/**
 * `{ approved, data, message }`. A node that says by a schema that it takes less gets `{ approved,
 * data }`, whether it is approved, or the data, whichever fits what it asked.
 */
function bestAnswer(decision: Decision, interrupt: Interrupt): unknown {
  const example = decision.approved ? asAsked(interrupt.value ?? null) : decision;
  // A rejection never goes out as data.
  const forms = [wholeAnswer, pair, yesOrNo, ...(decision.approved ? [dataAlone] : [])];
  const fitting = forms.find((form) => misfit(interrupt, form(example, interrupt)) === null);
  return (fitting ?? wholeAnswer)(decision, interrupt);
}

const misfit = ({ response_schema }: Interrupt, answer: unknown): string | null =>
  response_schema === undefined ? null : schemaIssue(response_schema, answer);
