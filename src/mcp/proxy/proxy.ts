import type { Holdpoint } from '@holdpoint/client';
import { JsonText } from '@holdpoint/client/json';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  ErrorCode,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResultResponse,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
import { addressOf, explain, holdCall } from '../../hook/holdCall.ts';
import { reportCall } from '../../hook/reportCall.ts';
import { GRAPH, type McpExecution } from '../mcpExecution.ts';
import { passingNotifications, passingRequests } from './methods.ts';

const PROGRESS_MS = 2_000;
/** Progress must increase, also from here to what the server sends later. */
const PROGRESS_STEP = 1e-6;
/** Without progress notifications, clients give up after a minute. */
const SILENT_WAIT_MS = 50_000;

export type ProxyOptions = {
  client: Transport;
  server: Transport;
  holdpoint: Holdpoint;
  execution: McpExecution;
  /** How the server is called in the names of steps. The server itself has no say in it. */
  name: string;
  /** How long a call with progress notifications waits; absent: as long as the client does. */
  waitMs?: number | undefined;
  log: (message: string) => void;
};

/** A call of a tool, until it is answered. */
type Call = {
  stop: AbortController;
  /** The review that let it through to the server. Null while it is held. */
  reviewId: string | null;
};

type Response = JSONRPCResultResponse | JSONRPCErrorResponse;

/**
 * Stands between an MCP client and a server. A call of a tool reaches the server only after its
 * approval was consumed, with the approved arguments. It does not matter which tools the server
 * lists.
 */
export class McpProxy {
  readonly #options: ProxyOptions;
  readonly #calls = new Map<RequestId, Call>();
  #initializeId: RequestId | null = null;
  #isClosed = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { client, server } = this.#options;
    client.onmessage = (message) => this.#fromClient(message);
    server.onmessage = (message) => this.#fromServer(message);
    await server.start();
    await client.start();
  }

  /** Stops all waits. What the server was doing is reported as failed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const ended = [...this.#calls.values()].map(({ stop, reviewId }) => {
      stop.abort();
      return (
        reviewId && this.#report(reviewId, 'FAILED', 'The connection ended before it answered')
      );
    });
    this.#calls.clear();
    await Promise.all([...ended, this.#options.server.close(), this.#options.client.close()]);
  }

  #fromClient(message: JSONRPCMessage): void {
    if (!('method' in message)) this.#toServer(message).catch(() => {});
    else if (!('id' in message)) this.#notified(message);
    else if (message.method === 'tools/call') void this.#call(message);
    else this.#requested(message);
  }

  #requested(message: JSONRPCRequest): void {
    const { id, method } = message;
    if (!passingRequests.has(method)) {
      this.#refuse(id, ErrorCode.MethodNotFound, `Holdpoint does not let ${method} through`);
      return;
    }
    if (method === 'initialize') this.#initializeId = id;
    this.#toServer(message).catch((error: Error) => {
      const text = `The server cannot be reached: ${error.message}`;
      this.#refuse(id, ErrorCode.ConnectionClosed, text);
    });
  }

  #notified(message: JSONRPCNotification): void {
    if (!passingNotifications.has(message.method)) {
      this.#options.log(`${message.method} of the client was not passed on`);
      return;
    }
    if (message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'] as RequestId;
      const call = this.#calls.get(id);
      call?.stop.abort();
      // The server does not know a call that is held.
      if (call && call.reviewId === null) return;
      if (call?.reviewId) {
        this.#calls.delete(id);
        void this.#report(call.reviewId, 'FAILED', 'The call was cancelled while it ran');
      }
    }
    this.#toServer(message).catch(() => {});
  }

  async #call(request: JSONRPCRequest): Promise<void> {
    const { id, params = {} } = request;
    const { name, arguments: given = {}, task, _meta } = params as Record<string, unknown>;
    const isNamed = typeof name === 'string' && isRecord(given);
    if (this.#calls.has(id) || !isNamed || task !== undefined) {
      const reason = !isNamed
        ? 'A call needs a name and arguments'
        : task === undefined
          ? 'Another call has this ID'
          : 'Holdpoint does not support calls as tasks';
      this.#refuse(id, ErrorCode.InvalidParams, reason);
      return;
    }
    const call: Call = { stop: new AbortController(), reviewId: null };
    this.#calls.set(id, call);
    const { progressToken } = (_meta ?? {}) as { progressToken?: string | number };
    const progress = this.#showProgress(progressToken);
    try {
      const approved = await this.#hold(name, given, call.stop.signal, progress);
      if (typeof approved === 'string') return this.#answer(id, refusalOf(approved));
      if (call.stop.signal.aborted) {
        return await this.#report(approved.reviewId, 'SKIPPED', 'The call was cancelled');
      }
      call.reviewId = approved.reviewId;
      await this.#toServer({ ...request, params: { ...params, arguments: approved.arguments } });
    } catch (error) {
      if (call.reviewId) await this.#finish(call.reviewId, { error });
      // A call that was cancelled gets no answer.
      if (call.stop.signal.aborted) this.#calls.delete(id);
      else this.#answer(id, refusalOf(`The call was not approved: ${(error as Error).message}.`));
    } finally {
      progress.end();
      if (call.reviewId === null) this.#calls.delete(id);
    }
  }

  /** @returns the approved arguments, or why there are none */
  async #hold(
    tool: string,
    args: object,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<{ reviewId: string; arguments: Record<string, unknown> } | string> {
    const { holdpoint, execution, name, waitMs } = this.#options;
    const answer = await holdCall(
      holdpoint,
      {
        execution: execution.use(),
        graph: GRAPH.graphId,
        node: `${name}/${tool}`,
        payload: JsonText.of(args),
      },
      {
        signal,
        waitMs: progress.isShown ? waitMs : Math.min(waitMs ?? SILENT_WAIT_MS, SILENT_WAIT_MS),
        onWaiting: (reviewId) =>
          progress.say(`Waiting for approval: ${addressOf(holdpoint, reviewId)}`),
        problemOf: (text) =>
          isRecord(new JsonText(text).value) ? null : 'the reviewer replaced the arguments',
      },
    );
    if (!answer.allowed) return explain(holdpoint, answer);
    return { reviewId: answer.reviewId, arguments: answer.payload as Record<string, unknown> };
  }

  #fromServer(message: JSONRPCMessage): void {
    const isResponse = !('method' in message) && message.id !== undefined;
    const passed = isResponse ? this.#answered(message, message.id as RequestId) : message;
    if (passed) void this.#options.client.send(passed);
  }

  /** What to pass on of an answer of the server. Null: nothing. */
  #answered(message: Response, id: RequestId): Response | null {
    const { server, log } = this.#options;
    const call = this.#calls.get(id);
    if (call?.reviewId === null) {
      log('The server answered a call that it did not get');
      return null;
    }
    if (call) {
      this.#calls.delete(id);
      void this.#finish(call.reviewId as string, message);
    }
    if (id !== this.#initializeId || !('result' in message)) return message;
    this.#initializeId = null;
    const { protocolVersion } = message.result;
    if (typeof protocolVersion === 'string') server.setProtocolVersion?.(protocolVersion);
    return { ...message, result: withoutTasks(message.result) };
  }

  /** Reports what became of a call that reached the server. */
  async #finish(reviewId: string, response: Response | { error: unknown }): Promise<void> {
    if ('error' in response) {
      const { message } = response.error as { message?: unknown };
      return this.#report(reviewId, 'FAILED', String(message ?? response.error));
    }
    const { isError, content } = response.result as Partial<CallToolResult>;
    const [first] = content ?? [];
    const detail = first?.type === 'text' ? first.text : 'The tool returned an error';
    await (isError ? this.#report(reviewId, 'FAILED', detail) : this.#report(reviewId, 'EXECUTED'));
  }

  /** A failure to report must not change what the client gets. */
  async #report(
    reviewId: string,
    outcome: 'EXECUTED' | 'FAILED' | 'SKIPPED',
    detail?: string,
  ): Promise<void> {
    try {
      await reportCall(this.#options.holdpoint, reviewId, outcome, detail);
    } catch (error) {
      this.#options.log(`the outcome was not reported: ${(error as Error).message}`);
    }
  }

  /** Keeps the client waiting, if it wants to hear of progress. */
  #showProgress(progressToken: string | number | undefined): Progress {
    let count = 0;
    let message = 'Asking Holdpoint for approval';
    const send = () =>
      void this.#options.client.send({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken, progress: ++count * PROGRESS_STEP, message },
      });
    const isShown = progressToken !== undefined;
    const timer = isShown ? setInterval(send, PROGRESS_MS) : undefined;
    return {
      isShown,
      say(text) {
        message = text;
        if (isShown) send();
      },
      end: () => clearInterval(timer),
    };
  }

  async #toServer(message: JSONRPCMessage): Promise<void> {
    await this.#options.server.send(message);
  }

  #answer(id: RequestId, result: CallToolResult): void {
    this.#calls.delete(id);
    void this.#options.client.send({ jsonrpc: '2.0', id, result });
  }

  #refuse(id: RequestId, code: number, message: string): void {
    void this.#options.client.send({ jsonrpc: '2.0', id, error: { code, message } });
  }
}

type Progress = { isShown: boolean; say(text: string): void; end(): void };

/** A result, not an error of the protocol, so that the model reads it. */
const refusalOf = (text: string): CallToolResult => ({
  content: [{ type: 'text', text }],
  isError: true,
});

/** A call as a task would be answered before its outcome is known. */
function withoutTasks(result: Record<string, unknown>): Record<string, unknown> {
  if (!isRecord(result['capabilities'])) return result;
  const { tasks: _, ...capabilities } = result['capabilities'];
  return { ...result, capabilities };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
