import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from '@modelcontextprotocol/sdk/types.js';

const MAX_LINE_CHARACTERS = 10_000_000;

/**
 * MCP over stdio, with the client at the other end. Unlike the transport of the SDK it answers what
 * it refuses: batches, and lines that are not messages.
 */
export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read);
    for (const event of ['end', 'close', 'error']) this.#input.once(event, () => this.onclose?.());
    this.#output.once('error', () => this.onclose?.());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#write(message);
  }

  async close(): Promise<void> {
    this.#input.off('data', this.#read);
    this.#input.pause();
  }

  readonly #read = (chunk: Buffer): void => {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#readLine(line);
    if (this.#rest.length <= MAX_LINE_CHARACTERS) return;
    this.#refuse(null, ErrorCode.InvalidRequest, 'The message is too long');
    this.onclose?.();
  };

  #readLine(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#refuse(null, ErrorCode.ParseError, 'The line is not JSON');
      return;
    }
    if (Array.isArray(value)) {
      this.#refuse(null, ErrorCode.InvalidRequest, 'Batches are not supported');
      return;
    }
    const parsed = JSONRPCMessageSchema.safeParse(value);
    if (parsed.success) {
      this.onmessage?.(parsed.data);
      return;
    }
    const { id } = (value ?? {}) as { id?: unknown };
    const knownId = typeof id === 'string' || typeof id === 'number' ? id : null;
    this.#refuse(knownId, ErrorCode.InvalidRequest, 'The line is not a JSON-RPC message');
  }

  #refuse(id: string | number | null, code: number, message: string): void {
    this.#write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #write(message: unknown): void {
    this.#output.write(`${JSON.stringify(message)}\n`);
  }
}
