import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Step } from './step.ts';

const NAME = '.holdpoint-demo.json';

const content = z.object({
  session: z.string(),
  underWay: z.unknown(),
  chosen: z.array(z.string()),
});

/**
 * What the agent remembers between runs: the step that it was carrying out, and the keys of steps
 * that would undo an edit of the reviewer.
 */
export class Notebook {
  readonly #folder: string;
  readonly #session: string;
  underWay: Step | null = null;
  readonly chosen = new Set<string>();

  constructor(folder: string, session: string) {
    this.#folder = folder;
    this.#session = session;
  }

  /** Opens the notebook of a folder. It is empty in a new session. */
  static async open(folder: string, session: string): Promise<Notebook> {
    const notebook = new Notebook(folder, session);
    const text = await readFile(join(folder, NAME), 'utf8').catch(() => '{}');
    const read = content.safeParse(parse(text));
    if (read.success && read.data.session === session) {
      notebook.underWay = (read.data.underWay ?? null) as Step | null;
      for (const key of read.data.chosen) notebook.chosen.add(key);
    }
    return notebook;
  }

  async save(): Promise<void> {
    const value = { session: this.#session, underWay: this.underWay, chosen: [...this.chosen] };
    const path = join(this.#folder, NAME);
    await writeFile(`${path}.draft`, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
    await rename(`${path}.draft`, path);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
