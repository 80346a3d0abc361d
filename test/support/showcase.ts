import { ask } from './operations.ts';
import type { TestClient } from './testClient.ts';

const code = `import pandas as pd

orders = pd.read_csv("orders.csv")
late = orders[orders["shipped"].isna() & (orders["age_days"] > 14)]
for order in late.itertuples():
    refund(order.id, order.total)
`;

/** One review of each kind, as agents request them. */
export async function askForShow(agent: TestClient): Promise<void> {
  await ask(agent, 'memory', {
    nodeId: 'remember-customer',
    graphExecId: 'copilot-session-support',
    payload: {
      approval_type: 'memory_update',
      step_objective: 'Keep the customer’s wishes up to date',
      operation_type: 'update',
      content: 'Prefers e-mail.\nDelivers to the back door.\nNo calls before ten.',
      existing_memory: 'Prefers the telephone.\nDelivers to the back door.',
    },
  });
  await ask(agent, 'plan', {
    nodeId: 'quarterly-report',
    graphExecId: 'copilot-session-finance',
    payload: {
      approval_type: 'orchestrator_plan',
      execution_plan: {
        steps: [
          { task_objective: 'Read the orders of the third quarter', capability: 'database' },
          { task_objective: 'Compute revenue and returns by region', capability: 'python' },
          { task_objective: 'Write the report and send it to the board', capability: 'mail' },
        ],
      },
    },
  });
  await ask(agent, 'code', {
    nodeId: 'refund-late-orders',
    graphExecId: 'copilot-session-finance',
    payload: {
      approval_type: 'python_executor',
      step_objective: 'Refund orders that are more than two weeks late',
      code,
      execution_mode: 'write_access',
      safety_concerns: ['Moves money', 'Writes to the orders database'],
      analysis_details: { approval_reasoning: 'Code that moves money is looked at by a person.' },
    },
  });
  await ask(agent, 'mail', {
    nodeId: 'send-newsletter',
    instructions:
      'Goes to **12,480** people. The text is the one from [the wiki](https://wiki.example.com/news).',
    payload: {
      to: 'subscribers@example.com',
      subject: 'What is new in November',
      attachments: [{ name: 'november.pdf', bytes: 482_133 }],
      test_run: false,
    },
  });
}
