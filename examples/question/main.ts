// An agent that asks a question before it pays: which account, and what to tell the customer. The
// reviewer answers in a form that the page makes from the schema. Run it again: the same question
// has the same answer, and nobody is asked twice.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/question/main.ts

import { z } from 'zod';
import { connect } from '../connect.ts';

const answer = z.object({
  account: z.enum(['main', 'escrow']).meta({ title: 'Which account pays?' }),
  note: z.string().max(500).optional().meta({ title: 'Note to the customer' }),
});

const holdpoint = connect();

const outcome = await holdpoint.askQuestion({
  execution: process.env['EXECUTION'] ?? 'refund-of-ada',
  graph: 'refunds',
  node: 'which-account',
  headline: 'Which account pays the refund of 120 EUR to Ada?',
  payload: { customer: 'ada', amount: 120, balances: { main: 80, escrow: 9_000 } },
  answerSchema: z.toJSONSchema(answer),
  // The answer as a value of its own type.
  parse: (data) => answer.parse(data),
  onWaiting: (id) => console.log(`waiting for an answer: ${id}`),
});

if (outcome.answered) {
  const { account, note = 'none' } = outcome.answer;
  console.log(`the ${account} account pays, note: ${note}`);
} else {
  console.log(`no answer, ${outcome.status}: ${outcome.message}`);
}
// An answer is never an approval: an agent that pays puts a gate around the payment, as the example
// `agent` does.
