import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fitted } from '../terminalText.ts';

const PROMPT = '> ';

type Options = {
  input: Readable;
  output: Writable;
  /** Whether both are a real terminal: then the line that is being typed stays at the bottom. */
  isTerminal: boolean;
  /** Called each time, since terminals change their size. */
  columns: () => number;
};

/**
 * Reads lines from a terminal while other lines are printed. Typed lines are queued until they are
 * read, and output is held back while an editor has the terminal.
 */
export class Terminal {
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #isTerminal: boolean;
  readonly #columns: () => number;
  readonly #lines: Interface;
  readonly #typed: string[] = [];
  #waiting: ((line: string | null) => void) | undefined;
  #held: string[] | undefined;
  #isClosed = false;

  constructor({ input, output, isTerminal, columns }: Options) {
    this.#input = input;
    this.#output = output;
    this.#isTerminal = isTerminal;
    this.#columns = columns;
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

  /** Prints safe text. Lines that are too long continue indented. */
  print(text: string): void {
    if (this.#held) {
      this.#held.push(text);
      return;
    }
    if (this.#isTerminal) {
      cursorTo(this.#output, 0);
      clearLine(this.#output, 0);
    }
    this.#output.write(`${fitted(text, this.#columns())}\n`);
    if (this.#waiting) this.#lines.prompt(true);
  }

  /** The next line that is typed; null after the end of the input. */
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

  /** Asks a question; anything but yes means no. */
  async confirm(question: string): Promise<boolean> {
    const isYes = /^\s*y(es)?\s*$/i.test((await this.next(question)) ?? '');
    if (!isYes) this.print('Nothing was sent.');
    return isYes;
  }

  /** Gives the terminal to `work` alone. Output is held back until it is done. */
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
