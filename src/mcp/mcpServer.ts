import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { version } from '../version.ts';
import { answerShape, failureOf } from './answer.ts';
import { askQuestion, askQuestionShape } from './askQuestion.ts';
import { consumeReview, consumeReviewShape } from './consumeReview.ts';
import type { McpExecution } from './mcpExecution.ts';
import { reportOutcome, reportOutcomeShape } from './reportOutcome.ts';
import { requestReview, requestReviewShape } from './requestReview.ts';
import type { ReviewClient } from './reviewClient.ts';
import { type Extra, ReviewLinks } from './reviewLinks.ts';
import { reviseReview, reviseReviewShape } from './reviseReview.ts';
import { waitForReview, waitForReviewShape } from './waitForReview.ts';

/** Interval of progress notifications, for clients that time out without any. */
const PROGRESS_MS = 2_000;

const instructions = `Holdpoint lets a person approve an action before it happens. Before any action that has effects
outside this conversation and was not explicitly allowed (such as sending, deleting, paying, deploying or publishing):
1. Call request_review with exactly what you are about to do.
2. Call wait_for_review, repeatedly while it returns "waiting".
3. If approved, call consume_review. Act only if it returns actNow: true, once, on exactly the payload that it returns.
4. Call report_outcome.
If a reviewer asks for changes, call revise_review with the changed payload, then wait again.
If you need to know something that only a person can say, call ask_question, then wait_for_review. An answer is never
an approval: the action that follows from it is requested like any other.
If the action is rejected, times out or fails, or if you are in doubt, do not act. Never look for another way to do
something that was not approved.`;

/**
 * Creates the MCP server of one session.
 * @param execution the run for requests that name none
 */
export function createMcpServer(client: ReviewClient, execution: McpExecution): McpServer {
  const server = new McpServer(
    { name: 'holdpoint', title: 'Holdpoint', version },
    { instructions },
  );
  const links = new ReviewLinks(server, client.url);

  /** Turns errors into results that tell the model not to act. */
  const safely =
    <Input>(
      tool: (input: Input, signal: AbortSignal, extra: Extra) => Promise<CallToolResult>,
      consequence?: string,
    ) =>
    async (input: Input, extra: Extra): Promise<CallToolResult> => {
      const progress = sendProgress(extra);
      try {
        return await tool(input, extra.signal, extra);
      } catch (error) {
        return failureOf(error, consequence);
      } finally {
        clearInterval(progress);
      }
    };

  server.registerTool(
    'request_review',
    {
      title: 'Request approval for an action',
      description:
        'Call this before an action that needs approval, with exactly what you are about to do. It does not wait for the decision; call wait_for_review next. Repeating the call with the same arguments does not create a second request.',
      inputSchema: requestReviewShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    safely((input, signal) => requestReview(client, execution, input, signal)),
  );
  server.registerTool(
    'ask_question',
    {
      title: 'Ask a reviewer a question',
      description:
        'Call this if you need an answer that only a person can give, such as a choice or a missing value. It does not wait for the answer; call wait_for_review next. An answer is never an approval.',
      inputSchema: askQuestionShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    safely((input, signal) => askQuestion(client, execution, input, signal)),
  );
  server.registerTool(
    'wait_for_review',
    {
      title: 'Wait for the decision',
      description:
        'Call this after request_review, ask_question or revise_review. A decision can take a while: as long as the status is "waiting", call it again with the same reviewId. Do not act in the meantime.',
      inputSchema: waitForReviewShape,
      outputSchema: answerShape,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    safely(async (input, signal, extra) => {
      const result = await waitForReview(client, input, signal, (review, ended) =>
        links.show(review, extra, ended),
      );
      if (result.structuredContent?.['status'] !== 'waiting') links.complete(input.reviewId, extra);
      return result;
    }),
  );
  server.registerTool(
    'revise_review',
    {
      title: 'Change a request',
      description:
        'Call this if the status is "changes_requested", with the payload changed as the reviewer asked. The review then waits again; call wait_for_review next.',
      inputSchema: reviseReviewShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    safely((input, signal) => reviseReview(client, input, signal)),
  );
  server.registerTool(
    'consume_review',
    {
      title: 'Use an approval',
      description:
        'Call this once the review is approved, immediately before you act, with the payload that you are about to act on. Act only if it returns actNow: true. An approval can only be used once: if the response is lost, do not act.',
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
      title: 'Report the outcome',
      description:
        'Call this after consume_review, whether the action succeeded, failed or was skipped.',
      inputSchema: reportOutcomeShape,
      outputSchema: answerShape,
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    safely((input, signal) => reportOutcome(client, input, signal), 'Nothing was reported.'),
  );
  return server;
}

function sendProgress({ _meta, sendNotification }: Extra): NodeJS.Timeout | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return setInterval(() => {
    const params = { progressToken, progress: ++progress, message: 'Waiting for a decision' };
    // The client may be gone.
    sendNotification({ method: 'notifications/progress', params }).catch(() => {});
  }, PROGRESS_MS);
}
