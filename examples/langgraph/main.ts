// An agent of LangGraph's that asks before it carries out its plan, and before it runs its code. See README.md.

import { createClient } from '@holdpoint/client';
import { runWithReviews } from '@holdpoint/langgraph';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MemorySaver } from '@langchain/langgraph';
import { buildGraph } from './graph.ts';

const { HOLDPOINT_URL = 'http://127.0.0.1:4000', HOLDPOINT_TOKEN = '' } = process.env;

// In place of a real model, so that the example needs no network: it says the same each time.
const model = new FakeListChatModel({
  responses: [
    JSON.stringify({
      steps: [
        { task_objective: 'Add up the first hundred numbers', capability: 'python' },
        { task_objective: 'Send the sum to everybody', capability: 'mail' },
      ],
    }),
    'print(sum(range(1, 101)))',
  ],
});

// MemorySaver forgets when the process ends; with a durable one the next process goes on where this one stopped.
const graph = buildGraph(model, new MemorySaver());

const { result } = await runWithReviews(
  graph,
  { task: 'What is the sum of the numbers from 1 to 100?' },
  { configurable: { thread_id: `sum-${crypto.randomUUID()}` } },
  {
    client: createClient({
      url: HOLDPOINT_URL,
      token: HOLDPOINT_TOKEN,
      graph: 'langgraph-example',
    }),
    onWaiting: (nodeExecId) => console.log(`Waiting for a decision on ${nodeExecId}`),
  },
);
console.log(result);
