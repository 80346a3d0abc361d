import { approversOf, nodeIdFor, stepId, summaryOf } from '@holdpoint/client';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { answerAbout } from './answer.ts';
import { GRAPH, type McpExecution } from './mcpExecution.ts';
import type { ReviewClient } from './reviewClient.ts';

export const requestReviewShape = {
  action: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'The kind of action, e.g. send-email or delete-file. Always use the same name for the same kind.',
    ),
  payload: z
    .record(z.string(), z.unknown())
    .describe(
      'Exactly what you are about to do: all arguments of the action, by name and in full. The reviewer sees this and may edit it.',
    ),
  instructions: z
    .string()
    .optional()
    .describe('What the reviewer should know: why you want to do this, and what it affects.'),
  headline: z
    .string()
    .max(200)
    .optional()
    .describe('The action in one line, e.g. "Refund 800 to ada@example.com".'),
  risk: z
    .enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])
    .optional()
    .describe('How much harm it could do, as you see it.'),
  tags: z
    .array(z.string().min(1).max(64))
    .max(20)
    .optional()
    .describe('Words to sort requests by, if you were told which.'),
  reversible: z.boolean().optional().describe('Whether the action can be undone, if you know.'),
  links: z
    .array(z.strictObject({ title: z.string(), url: z.string() }))
    .max(10)
    .optional()
    .describe('Where the reviewer can read more: addresses that begin with https://.'),
  editable: z
    .boolean()
    .optional()
    .describe('Whether the reviewer may edit the payload. Defaults to true.'),
  expiresInSeconds: z
    .number()
    .int()
    .positive()
    .max(31_536_000)
    .optional()
    .describe('If nobody decides within this time, the review is rejected.'),
  call: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Set this only to do exactly the same action once more: any text that is different each time. Leave it out when you retry.',
    ),
  approvalsRequired: z
    .array(
      z.strictObject({
        teamId: z.string().optional().describe('The team. Leave it out to name actors, or anyone.'),
        actors: z.array(z.string()).optional().describe('The people. Instead of a team.'),
        count: z.number().int().optional().describe('How many of them, 1 to 10. Defaults to 1.'),
      }),
    )
    .optional()
    .describe(
      'Who must approve, if you were told so, e.g. [{"teamId": "finance", "count": 2}]. All must be met, by different people. By default one approval by anyone is enough.',
    ),
  escalation: z
    .array(
      z.strictObject({
        after: z.string().describe('How long after the request, e.g. 30m, 12h or 7d.'),
        teamIds: z.array(z.string()).optional().describe('Teams that may decide too then.'),
        actors: z.array(z.string()).optional().describe('People who may decide too then.'),
      }),
    )
    .optional()
    .describe('Who else may decide if nobody does in time, in the order of the times.'),
  execution: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('ID of the job or conversation that this belongs to, if you were given one.'),
};

type Input = z.output<z.ZodObject<typeof requestReviewShape>>;

/**
 * Requests a review without waiting for the decision. The same action with the same payload in the
 * same run is the same review, so a repeated call does not request it twice.
 * @param session its run is used if the input names none
 */
export async function requestReview(
  client: ReviewClient,
  session: McpExecution,
  input: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { action, payload, instructions, editable, expiresInSeconds, call } = input;
  const { headline, risk, tags, reversible, links, approvalsRequired, escalation } = input;
  const execution = input.execution ?? session.use();
  const nodeExecId = await stepId({ execution, node: action, arguments: payload, call });
  const answer = await client.operations.requestReview(
    {
      nodeExecId,
      graphExecId: execution,
      ...GRAPH,
      nodeId: nodeIdFor(nodeExecId, { execution, node: action }),
      payload,
      instructions: instructions ?? null,
      editable: editable ?? true,
      // The model can revise it with revise_review.
      allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'],
      ...summaryOf({ headline, risk, tags, reversible, links }),
      ...approversOf({ approvalsRequired, escalation }),
      ...(expiresInSeconds !== undefined && {
        expiresAt: new Date(Date.now() + expiresInSeconds * 1_000).toISOString(),
      }),
    },
    { signal },
  );
  return answerAbout(client, answer.review, signal);
}
