// An agent that revises its request, and crashes at the point that its arguments name. Run by
// conversation.test.ts.
import { createClient, NotApprovedError, UnreachableError } from '@holdpoint/client';

const [url = '', token = '', point = ''] = process.argv.slice(2);

// The requests are the only seam between the parts of a gate.
const send = globalThis.fetch;
let hasLost = false;
globalThis.fetch = async (input, init) => {
  const isRevising = String(init?.body).includes('reviseReview(');
  if (isRevising && point === 'before revising') process.exit(9);
  const response = await send(input, init);
  if (isRevising && point === 'after revising') process.exit(9);
  if (isRevising && point === 'losing the answer' && !hasLost) {
    hasLost = true;
    throw new TypeError('fetch failed', { cause: new UnreachableError(url, 'lost') });
  }
  return response;
};

const pay = createClient({ url, token, onRetry: () => {} }).gate(
  async ({ amount }: { amount: number }) => console.log(`paid ${amount}`),
  {
    execution: 'run-1',
    node: 'pay',
    onChangesRequested: (_message, _comments, { payload }) => {
      const { amount } = payload as { amount: number };
      console.log(`revising ${amount}`);
      return { payload: { amount: amount / 2 } };
    },
  },
);

try {
  await pay({ amount: 8 });
} catch (error) {
  if (!(error instanceof NotApprovedError)) throw error;
  console.log(error.outcome.status);
}
