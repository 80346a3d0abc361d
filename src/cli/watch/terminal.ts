import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const PROMPT = '> ';

type Options = {
  input: Readable;
  output: Writable;
  /** Whether both are a real terminal: then the line being typed is kept below what is printed. */
  isTerminal: boolean;
};

/**
 * A terminal on which lines are read while others are printed. Lines wait until they are asked for, and what is to be
 * printed waits while something else, an editor, has the terminal.
 */
export class Terminal {
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #isTerminal: boolean;
  readonly #lines: Interface;
  readonly #typed: string[] = [];
  #waiting: ((line: string | null) => void) | undefined;
  #held: string[] | undefined;
  #isClosed = false;

  constructor({ input, output, isTerminal }: Options) {
    this.#input = input;
    this.#output = output;
    this.#isTerminal = isTerminal;
    this.#lines = createInterface({ input, output, terminal: isTerminal, prompt: PROMPT });
    this.#lines.on('line', (line) => {
      if (this.#waiting) this.#answer(line);
      else this.#typed.push(line);
    });
    this.#lines.on('SIGINT', () => this.close());
    this.#lines.on('close', () => {
      this.#isClosed = true;
      this.#answer(null);
    });
  }

  print(text: string): void {
    if (this.#held) {
      this.#held.push(text);
      return;
    }
    if (this.#isTerminal) {
      cursorTo(this.#output, 0);
      clearLine(this.#output, 0);
    }
    this.#output.write(`${text}\n`);
    if (this.#waiting) this.#lines.prompt(true);
  }

  /** The next line that is typed; null when the person has left. */
  next(prompt: string = PROMPT): Promise<string | null> {
    const typed = this.#typed.shift();
    if (typed !== undefined) return Promise.resolve(typed);
    if (this.#isClosed) return Promise.resolve(null);
    this.#lines.setPrompt(prompt);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#lines.prompt();
    });
  }

  /** Gives the terminal to `work` alone. What is printed meanwhile comes afterwards. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    const input = this.#input as Readable & { setRawMode?: (isRaw: boolean) => void };
    this.#held = [];
    this.#lines.pause();
    if (this.#isTerminal) input.setRawMode?.(false);
    try {
      return await work();
    } finally {
      if (this.#isTerminal) input.setRawMode?.(true);
      this.#lines.resume();
      const held = this.#held;
      this.#held = undefined;
      for (const text of held) this.print(text);
    }
  }

  close(): void {
    if (!this.#isClosed) this.#lines.close();
  }

  #answer(line: string | null): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
