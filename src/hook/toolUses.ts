import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Calls that nobody told the end of, e.g. because they were interrupted. */
const KEEP_MS = 7 * 24 * 3_600_000;

/**
 * Which review let a call through, from the hook that runs before the call to the one after it. The
 * agent only tells them the ID of the call. One file per call; losing it loses only the report.
 */
export class ToolUses {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'tool-calls');
  }

  async note(session: string, call: string, reviewId: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(session, call), reviewId, { mode: 0o600 });
  }

  /** The review of a call, which is then forgotten. Null if there is none. */
  async take(session: string, call: string): Promise<string | null> {
    const file = this.#fileOf(session, call);
    const reviewId = await readFile(file, 'utf8').catch(() => null);
    await rm(file, { force: true });
    await this.#removeOld();
    return reviewId;
  }

  #fileOf(session: string, call: string): string {
    const name = createHash('sha256')
      .update(JSON.stringify([session, call]))
      .digest('hex');
    return join(this.#folder, name);
  }

  async #removeOld(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const file = join(this.#folder, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > KEEP_MS) await rm(file, { force: true });
    }
  }
}
