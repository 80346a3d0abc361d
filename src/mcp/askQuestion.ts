import { approversOf, nodeIdFor, stepId, summaryOf } from '@holdpoint/client';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { answerAbout } from './answer.ts';
import { GRAPH, type McpExecution } from './mcpExecution.ts';
import { requestReviewShape } from './requestReview.ts';
import type { ReviewClient } from './reviewClient.ts';

const { expiresInSeconds, approvalsRequired, escalation, execution, risk, tags, links } =
  requestReviewShape;

export const askQuestionShape = {
  topic: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'The kind of question, e.g. choose-account. Always use the same name for the same kind.',
    ),
  question: z.string().min(1).max(200).describe('The question in one line.'),
  answerSchema: z
    .record(z.string(), z.unknown())
    .describe(
      'JSON Schema of the answer, e.g. {"enum": ["main", "escrow"]}, {"type": "boolean"}, or an object with properties, which becomes a form.',
    ),
  context: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What the reviewer should know to answer, as data.'),
  instructions: z.string().optional().describe('The question in detail, in Markdown.'),
  call: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Set this only to ask exactly the same question once more: any text that is different each time.',
    ),
  ...{ risk, tags, links, expiresInSeconds },
  approvalsRequired: approvalsRequired.describe(
    'Who may answer, if you were told so, e.g. [{"teamId": "finance"}]. One of them answers.',
  ),
  ...{ escalation, execution },
};

type Input = z.output<z.ZodObject<typeof askQuestionShape>>;

/**
 * Asks a question without waiting for the answer. The same question in the same run is the same
 * review.
 * @param session its run is used if the input names none
 */
export async function askQuestion(
  client: ReviewClient,
  session: McpExecution,
  input: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { topic, question, answerSchema, context = null, instructions = null, call } = input;
  const { risk, tags, links, expiresInSeconds, approvalsRequired, escalation } = input;
  const execution = input.execution ?? session.use();
  const nodeExecId = await stepId({
    execution,
    node: topic,
    arguments: [question, instructions, context, answerSchema],
    call,
  });
  const { review } = await client.operations.requestReview(
    {
      nodeExecId,
      graphExecId: execution,
      ...GRAPH,
      nodeId: nodeIdFor(nodeExecId, { execution, node: topic }),
      kind: 'QUESTION',
      answerSchema,
      allowedDecisions: ['ANSWER', 'REJECT', 'REQUEST_CHANGES'],
      payload: context,
      instructions,
      ...summaryOf({ headline: question, risk, tags, links }),
      ...approversOf({ approvalsRequired, escalation }),
      ...(expiresInSeconds !== undefined && {
        expiresAt: new Date(Date.now() + expiresInSeconds * 1_000).toISOString(),
      }),
    },
    { signal },
  );
  return answerAbout(client, review, signal);
}
