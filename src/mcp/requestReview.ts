import { nodeIdFor, outcomeOfReview, stepId } from '@holdpoint/client';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { answerTo, resultOf, waiting } from './answer.ts';
import type { McpExecution } from './mcpExecution.ts';
import type { ReviewClient } from './reviewClient.ts';

/** What every session of the Model Context Protocol runs. */
export const GRAPH = { graphId: 'mcp', graphVersion: 1 } as const;

export const requestReviewShape = {
  action: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'The kind of action, always the same word for the same kind: send-email, delete-file',
    ),
  payload: z
    .record(z.string(), z.unknown())
    .describe(
      'Exactly what you are about to do: every argument of the action by its name, in full. The reviewer sees this and may change it.',
    ),
  instructions: z
    .string()
    .optional()
    .describe('What the reviewer should know: why you want to do this, and what it touches.'),
  editable: z.boolean().optional().describe('Whether the reviewer may change the payload (true).'),
  expiresInSeconds: z
    .number()
    .int()
    .positive()
    .max(31_536_000)
    .optional()
    .describe('After this time an undecided review counts as rejected.'),
  call: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Only to do the very same thing once more: any text that tells this time from the last. Leave it out when you try again.',
    ),
  execution: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The id of the job or conversation that this belongs to, if you were given one.'),
};

type Input = z.output<z.ZodObject<typeof requestReviewShape>>;

/**
 * Asks, and does not wait. The same action with the same payload in the same execution is the same review, so a call that is
 * repeated asks once.
 * @param session its execution is used where the caller names none
 */
export async function requestReview(
  { operations }: ReviewClient,
  session: McpExecution,
  input: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { action, payload, instructions, editable, expiresInSeconds, call } = input;
  const execution = input.execution ?? session.use();
  const nodeExecId = await stepId({ execution, node: action, arguments: payload, call });
  const answer = await operations.requestReview(
    {
      nodeExecId,
      graphExecId: execution,
      ...GRAPH,
      nodeId: nodeIdFor(nodeExecId, { execution, node: action }),
      payload,
      instructions: instructions ?? null,
      editable: editable ?? true,
      ...(expiresInSeconds !== undefined && {
        expiresAt: new Date(Date.now() + expiresInSeconds * 1_000).toISOString(),
      }),
    },
    { signal },
  );
  const outcome = outcomeOfReview(answer.review);
  return outcome ? answerTo(outcome) : resultOf(waiting(nodeExecId));
}
