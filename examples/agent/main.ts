// An agent that writes to customers. It asks before each letter and sends exactly what was
// approved. Stop it at any time and run it again: nothing is asked twice, and no approved letter is
// sent twice. Letters that need no review are not protected this way: they go out in every run.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/agent/main.ts

import { z } from 'zod';
import { connect } from '../connect.ts';

const letter = z.object({ to: z.email(), subject: z.string(), body: z.string() });
type Letter = z.infer<typeof letter>;

const holdpoint = connect();
// The same name continues the same run; a new name starts a new one.
const execution = process.env['EXECUTION'] ?? 'letters-of-november';

/** A stand-in for real mail. */
async function sendLetter({ to, subject }: Letter): Promise<string> {
  console.log(`sent to ${to}: ${subject}`);
  return 'sent';
}

const send = holdpoint.gate(sendLetter, {
  execution,
  graph: 'letters',
  headline: ({ to, subject }) => `Letter to ${to}: ${subject}`,
  instructions: ({ to }) => `A reminder to ${to}. You can edit all of it.`,
  // Letters to ourselves need no approval.
  needsReview: ({ to }) => !to.endsWith('@our-company.example'),
  // A reviewer's edit must still be a letter.
  parse: (data) => letter.parse(data),
  onWaiting: (id) => console.log(`waiting for a reviewer: ${id}`),
  otherwise: ({ status, message }) =>
    status === 'consumed' ? 'handled in an earlier run' : `not sent, ${status}: ${message}`,
});

for (const [to, amount] of Object.entries({
  'ada@example.com': 120,
  'ben@example.com': 75,
  'ledger@our-company.example': 195,
})) {
  const result = await send({
    to,
    subject: 'Your invoice is overdue',
    body: `Dear customer,\n\nan invoice of ${amount} EUR is overdue.\n`,
  });
  console.log(`${to}: ${result}`);
}
