import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { version } from '../version.ts';
import { answerShape, failureOf } from './answer.ts';
import { consumeReview, consumeReviewShape } from './consumeReview.ts';
import type { McpExecution } from './mcpExecution.ts';
import { reportOutcome, reportOutcomeShape } from './reportOutcome.ts';
import { requestReview, requestReviewShape } from './requestReview.ts';
import type { ReviewClient } from './reviewClient.ts';
import { waitForReview, waitForReviewShape } from './waitForReview.ts';

/** A client that shows progress, and gives up without any, hears something this often. */
const PROGRESS_MS = 2_000;

const instructions = `Holdpoint lets a person approve an action before it happens. Before you do anything that changes the world
outside this conversation and was not explicitly allowed (sending, deleting, paying, deploying, publishing):
1. request_review with exactly what you are about to do.
2. wait_for_review, again and again while it answers "waiting".
3. If approved, consume_review, and act only if it answers actNow: true, on exactly the payload that it gives, once.
4. report_outcome.
A rejection, a timeout, an error or any doubt means: do not act. Never look for another way to do what was not approved.`;

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * The tools for one session.
 * @param execution of what the session asks for, where it names no other
 */
export function createMcpServer(client: ReviewClient, execution: McpExecution): McpServer {
  const server = new McpServer(
    { name: 'holdpoint', title: 'Holdpoint', version },
    { instructions },
  );

  /** What goes wrong is told to the model as what it is: no approval. */
  const safely =
    <Input>(
      tool: (input: Input, signal: AbortSignal) => Promise<CallToolResult>,
      consequence?: string,
    ) =>
    async (input: Input, extra: Extra): Promise<CallToolResult> => {
      const progress = keepTelling(extra);
      try {
        return await tool(input, extra.signal);
      } catch (error) {
        return failureOf(error, consequence);
      } finally {
        clearInterval(progress);
      }
    };

  server.registerTool(
    'request_review',
    {
      title: 'Ask a person to approve an action',
      description:
        'Call this before an action that needs approval, with exactly what you are about to do. It asks and does not wait: go on with wait_for_review. Calling it again with the same arguments does not ask twice.',
      inputSchema: requestReviewShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    safely((input, signal) => requestReview(client, execution, input, signal)),
  );
  server.registerTool(
    'wait_for_review',
    {
      title: 'Wait for the decision',
      description:
        'Call this after request_review. People take their time: while it answers status "waiting", call it again with the same reviewId. Do not act meanwhile.',
      inputSchema: waitForReviewShape,
      outputSchema: answerShape,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    safely((input, signal) => waitForReview(client, input, signal)),
  );
  server.registerTool(
    'consume_review',
    {
      title: 'Take an approval, to act on it',
      description:
        'Call this once an approval is there, immediately before you act, with the payload that you are about to act on. Act only if it answers actNow: true. An approval can be taken once: if the answer was lost, do not act.',
      inputSchema: consumeReviewShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    safely(
      (input, signal) => consumeReview(client, input, signal),
      'Nothing was consumed: do not act.',
    ),
  );
  server.registerTool(
    'report_outcome',
    {
      title: 'Report what came of it',
      description: 'Call this after you acted on a consumed approval, or failed to, or did not.',
      inputSchema: reportOutcomeShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    safely((input, signal) => reportOutcome(client, input, signal), 'Nothing was reported.'),
  );
  return server;
}

function keepTelling({ _meta, sendNotification }: Extra): NodeJS.Timeout | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return setInterval(() => {
    const params = { progressToken, progress: ++progress, message: 'Waiting for a person' };
    // A client that is gone hears nothing: that is its own matter.
    sendNotification({ method: 'notifications/progress', params }).catch(() => {});
  }, PROGRESS_MS);
}
