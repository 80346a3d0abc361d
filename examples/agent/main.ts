// An agent that writes to customers. It asks before each letter, sends exactly what was approved, and may be stopped and run
// again at any moment: what was sent is not sent again, what was decided is not asked again.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/agent/main.ts

import { createClient } from '@holdpoint/client';
import { z } from 'zod';

const letter = z.object({ to: z.email(), subject: z.string(), body: z.string() });
type Letter = z.infer<typeof letter>;

const holdpoint = createClient({
  url: process.env['HOLDPOINT_URL'] ?? 'http://127.0.0.1:4000',
  token: process.env['HOLDPOINT_TOKEN'] ?? '',
});
// The same for each run of the same task: the steps of a run that was stopped are this run's.
const execution = process.env['EXECUTION'] ?? 'letters-of-november';

/** Stands for whatever sends letters. */
async function sendLetter({ to, subject }: Letter): Promise<string> {
  console.log(`sent to ${to}: ${subject}`);
  return 'sent';
}

const send = holdpoint.gate(sendLetter, {
  execution,
  graph: 'letters',
  instructions: ({ to }) => `A reminder to ${to}. You may edit all of it.`,
  // Letters to ourselves need nobody.
  needsReview: ({ to }) => !to.endsWith('@our-company.example'),
  // An edit must still be a letter.
  parse: (data) => letter.parse(data),
  onWaiting: (id) => console.log(`waiting for a reviewer: ${id}`),
  otherwise: ({ status, message }) => `not sent, ${status}${message && `: ${message}`}`,
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
