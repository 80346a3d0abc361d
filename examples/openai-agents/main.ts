// An agent on the OpenAI Agents SDK whose tool calls are approved, edited or rejected in Holdpoint.
// The SDK itself knows only yes and no. So all interrupted calls are requested at once, the run is
// resumed when all of them are decided, and each call runs with the approved arguments.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/openai-agents/main.ts

import type { Outcome } from '@holdpoint/client';
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import { connect } from '../connect.ts';
import { ScriptedModel } from './scriptedModel.ts';

setTracingDisabled(true);

const holdpoint = connect();
const execution = process.env['EXECUTION'] ?? 'openai-agents-example';

const deletion = z.object({ path: z.string() });

/** A stand-in for a real deletion. */
async function deletePath({ path }: z.infer<typeof deletion>): Promise<string> {
  console.log(`deleted ${path}`);
  return `${path} is gone`;
}

/** Decisions by tool call id. */
const outcomes = new Map<string, Outcome>();

const agent = new Agent({
  name: 'Cleaner',
  model: new ScriptedModel(),
  tools: [
    tool({
      name: 'delete_path',
      description: 'Deletes a file or folder',
      parameters: deletion,
      needsApproval: true,
      async execute(_input, _context, details) {
        const callId = details?.toolCall?.callId ?? '';
        const outcome = outcomes.get(callId);
        if (!outcome) throw new Error(`No review was requested for ${callId}`);
        // With the approved arguments instead of the model's, and once, even if two processes run
        // this agent.
        return holdpoint.runOnce(outcome, (data) => deletePath(deletion.parse(data)));
      },
    }),
  ],
});

let result = await run(agent, 'Free some space.');
while (result.interruptions.length > 0) {
  const asked = await Promise.all(
    result.interruptions.map(async (interruption) => {
      const { rawItem } = interruption;
      if (rawItem.type !== 'function_call') throw new Error(`Unexpected ${rawItem.type}`);
      const outcome = await holdpoint.review<unknown>({
        execution,
        graph: 'cleaner',
        node: rawItem.name,
        payload: JSON.parse(rawItem.arguments),
        call: rawItem.callId,
        instructions: 'It will be gone for good. You can edit the path.',
      });
      outcomes.set(rawItem.callId, outcome);
      return { interruption, outcome };
    }),
  );
  for (const { interruption, outcome } of asked) {
    if (outcome.approved) result.state.approve(interruption);
    else result.state.reject(interruption, { message: reasonOf(outcome) });
  }
  result = await run(agent, result.state);
}
console.log(`The agent says: ${result.finalOutput}`);

function reasonOf({ approved, status, message }: Outcome): string {
  return approved || status === 'rejected' ? `Rejected: ${message}` : `Not deleted: ${message}`;
}
