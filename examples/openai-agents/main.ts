// An agent on the OpenAI Agents SDK whose tools a person approves, edits or rejects in Holdpoint. The SDK itself knows only yes and
// no. So all calls that are interrupted are asked at once, the run is resumed when all are answered, and each tool runs with what
// was approved.
//
//   HOLDPOINT_TOKEN=… npm run example -- examples/openai-agents/main.ts

import { createClient, type Outcome } from '@holdpoint/client';
import { Agent, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import { ScriptedModel } from './scriptedModel.ts';

setTracingDisabled(true);

const holdpoint = createClient({
  url: process.env['HOLDPOINT_URL'] ?? 'http://127.0.0.1:4000',
  token: process.env['HOLDPOINT_TOKEN'] ?? '',
});
const execution = process.env['EXECUTION'] ?? 'openai-agents-example';

const deletion = z.object({ path: z.string() });

/** Stands for whatever deletes. */
async function deletePath({ path }: z.infer<typeof deletion>): Promise<string> {
  console.log(`deleted ${path}`);
  return `${path} is gone`;
}

/** What was decided, by the id of the tool call. */
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
        const outcome = outcomes.get(details?.toolCall?.callId ?? '');
        if (!outcome) throw new Error('This call was never asked for');
        // With what was approved instead of what the model wanted, and once, even if another run of this agent is at it too.
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
      if (rawItem.type !== 'function_call') throw new Error(`This asks for no ${rawItem.type}`);
      const outcome = await holdpoint.review<unknown>({
        execution,
        graph: 'cleaner',
        node: rawItem.name,
        payload: JSON.parse(rawItem.arguments),
        call: rawItem.callId,
        instructions: 'It will be gone for good. You may edit the path.',
      });
      outcomes.set(rawItem.callId, outcome);
      return { interruption, outcome };
    }),
  );
  for (const { interruption, outcome } of asked) {
    if (outcome.approved) result.state.approve(interruption);
    else result.state.reject(interruption, { message: `Rejected: ${outcome.message}` });
  }
  result = await run(agent, result.state);
}
console.log(`The agent says: ${result.finalOutput}`);
