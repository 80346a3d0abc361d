// An agent on LangGraph that asks before it follows its plan and before it runs code. See
// README.md.

import { runWithReviews } from '@holdpoint/langgraph';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MemorySaver } from '@langchain/langgraph';
import { connect } from '../connect.ts';
import { buildGraph } from './graph.ts';

// Replaces a real model: it always answers the same.
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

// MemorySaver keeps the thread only in this process. With a durable checkpointer, the next process
// continues where this one stopped.
const graph = buildGraph(model, new MemorySaver());

const { result } = await runWithReviews(
  graph,
  { task: 'What is the sum of the numbers from 1 to 100?' },
  { configurable: { thread_id: `sum-${crypto.randomUUID()}` } },
  {
    client: connect({ graph: 'langgraph-example' }),
    onWaiting: (nodeExecId) => console.log(`Waiting for a decision on ${nodeExecId}`),
  },
);
console.log(result);
