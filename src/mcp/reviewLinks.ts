import { randomUUID } from 'node:crypto';
import type { ReviewFragment } from '@holdpoint/client/documents';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  ElicitResultSchema,
  EmptyResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { addressOf } from '../hook/holdCall.ts';

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * Shows the person at the MCP client a link to the review that the agent waits for, by elicitation
 * in URL mode, if the client offers that.
 *
 * It decides nothing, because anybody can answer an elicitation, also the agent: whoever opens the
 * link signs in to Holdpoint and needs the right to decide. For the same reason, questions are not
 * asked in form mode: nobody would know whose answer it is.
 */
export class ReviewLinks {
  readonly #server: McpServer;
  readonly #url: string;
  /** The elicitations that are open, or answered but not decided, by the ID of the review. */
  readonly #shown = new Map<string, string>();

  /** @param url the URL of Holdpoint */
  constructor(server: McpServer, url: string) {
    this.#server = server;
    this.#url = url;
  }

  /**
   * Shows the link, unless the person has answered it before, whatever the answer.
   * @param extra of the call that waits for the review
   * @param ended aborts when the call ends, which takes an unanswered link away
   */
  show(review: ReviewFragment, { sendRequest }: Extra, ended: AbortSignal): void {
    const { nodeExecId: reviewId } = review;
    const isOffered = this.#server.server.getClientCapabilities()?.elicitation?.url !== undefined;
    if (!isOffered || this.#shown.has(reviewId)) return;
    const elicitationId = randomUUID();
    this.#shown.set(reviewId, elicitationId);
    const url = addressOf({ url: this.#url }, reviewId);
    const params = { mode: 'url' as const, message: messageFor(review), elicitationId, url };
    const options = { signal: ended };
    // Clients made with the SDK cannot cancel the first request of a server, whose ID is 0.
    sendRequest({ method: 'ping' }, EmptyResultSchema, options)
      .then(() =>
        sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema, options),
      )
      // Nobody has answered: the next wait shows it again.
      .catch(() => this.#shown.delete(reviewId));
  }

  /** Tells the client that the link of a decided review is of no use any more. */
  complete(reviewId: string, { sendNotification }: Extra): void {
    const elicitationId = this.#shown.get(reviewId);
    if (elicitationId === undefined) return;
    this.#shown.delete(reviewId);
    const method = 'notifications/elicitation/complete';
    // The client may be gone.
    sendNotification({ method, params: { elicitationId } }).catch(() => {});
  }
}

function messageFor({ kind, headline, nodeId }: ReviewFragment): string {
  const about = JSON.stringify(headline ?? nodeId);
  return kind === 'QUESTION'
    ? `The agent asks ${about}. Open the question in Holdpoint to answer it.`
    : `The agent asks for approval of ${about}. Open the review in Holdpoint to decide.`;
}
