import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { MemorySaver } from '@langchain/langgraph';

type Bytes = { $bytes: string };

/** A checkpointer that writes its checkpoints to a file, so that they survive the process. */
export class FileSaver extends MemorySaver {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
    if (existsSync(path)) {
      const { storage, writes } = JSON.parse(readFileSync(path, 'utf8'), revive);
      this.storage = storage;
      this.writes = writes;
    }
  }

  override async put(...args: Parameters<MemorySaver['put']>) {
    const config = await super.put(...args);
    this.#save();
    return config;
  }

  override async putWrites(...args: Parameters<MemorySaver['putWrites']>) {
    await super.putWrites(...args);
    this.#save();
  }

  #save(): void {
    const { storage, writes } = this;
    // Renaming is atomic: a process killed before it leaves the old file intact.
    writeFileSync(`${this.#path}.new`, JSON.stringify({ storage, writes }, write));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

const write = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;

const revive = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && '$bytes' in value
    ? new Uint8Array(Buffer.from((value as Bytes).$bytes, 'base64'))
    : value;
