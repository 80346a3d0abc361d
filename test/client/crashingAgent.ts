// An agent that crashes at the point that its arguments name. Run by crashes.test.ts.
import { createClient, NotApprovedError } from '@holdpoint/client';

const [url = '', token = '', point = '', skewMs = '0'] = process.argv.slice(2);

const now = Date.now;
Date.now = () => now() + Number(skewMs);

// The requests are the only seam between the parts of a gate.
const send = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const isConsuming = String(init?.body).includes('consumeReview(');
  if (isConsuming && point === 'before consuming') process.exit(9);
  const response = await send(input, init);
  if (isConsuming && point === 'before running') process.exit(9);
  return response;
};

const pay = createClient({ url, token }).gate(
  async ({ amount }: { amount: number }) => {
    console.log(`paid ${amount}`);
    if (point === 'before reporting') process.exit(9);
  },
  { execution: 'run-1', node: 'pay' },
);

try {
  await pay({ amount: 5 });
} catch (error) {
  if (!(error instanceof NotApprovedError)) throw error;
  console.log(error.outcome.status);
}
