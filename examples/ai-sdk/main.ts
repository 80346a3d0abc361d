// An agent on the AI SDK whose tool calls are approved, edited or rejected in Holdpoint. The SDK
// itself knows only yes and no, and runs one call of a batch while another is still undecided.
// So all calls of a batch are requested at once, nothing runs until all of them are decided, and
// each call runs with the approved arguments.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/ai-sdk/main.ts

import type { Outcome } from '@holdpoint/client';
import { generateText, isStepCount, type ModelMessage, type ToolApprovalResponse, tool } from 'ai';
import { z } from 'zod';
import { connect } from '../connect.ts';
import { scriptedModel } from './scriptedModel.ts';

const MAX_ROUNDS = 10;

const holdpoint = connect();
const execution = process.env['EXECUTION'] ?? 'ai-sdk-example';

const refund = z.object({ customer: z.string(), amount: z.number().positive() });

/** A stand-in for a real payment. */
async function payRefund({ customer, amount }: z.infer<typeof refund>): Promise<string> {
  console.log(`paid ${amount} to ${customer}`);
  return `${customer} was paid ${amount}`;
}

/** Decisions by tool call id. */
const outcomes = new Map<string, Outcome>();

const tools = {
  payRefund: tool({
    description: 'Pays money back to a customer',
    inputSchema: refund,
    needsApproval: true,
    async execute(_input, { toolCallId }) {
      const outcome = outcomes.get(toolCallId);
      if (!outcome) throw new Error(`No review was requested for ${toolCallId}`);
      // With the approved arguments instead of the model's, and once, even if two processes run
      // this agent.
      return holdpoint.runOnce(outcome, (data) => payRefund(refund.parse(data)));
    },
  }),
};

const messages: ModelMessage[] = [
  { role: 'user', content: 'Refund Ada 20, Ben 500 and Cem 30 for the cancelled concert.' },
];
for (let round = 0; round < MAX_ROUNDS; round++) {
  const { content, responseMessages, text } = await generateText({
    model: scriptedModel(),
    tools,
    messages,
    stopWhen: isStepCount(MAX_ROUNDS),
  });
  messages.push(...responseMessages);
  const requests = content.filter((part) => part.type === 'tool-approval-request');
  if (requests.length === 0) {
    console.log(`The agent says: ${text}`);
    break;
  }
  const answers = requests.map(async ({ approvalId, toolCall }): Promise<ToolApprovalResponse> => {
    const outcome = await holdpoint.review<unknown>({
      execution,
      graph: 'refunds',
      node: toolCall.toolName,
      payload: toolCall.input,
      call: toolCall.toolCallId,
      instructions: 'The customer is told at once. You can edit the amount.',
    });
    outcomes.set(toolCall.toolCallId, outcome);
    const { approved, message: reason } = outcome;
    return { type: 'tool-approval-response', approvalId, approved, reason };
  });
  messages.push({ role: 'tool', content: await Promise.all(answers) });
}
