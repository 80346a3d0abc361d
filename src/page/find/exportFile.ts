import type { ReviewFragment } from '@holdpoint/client/documents';
import { type ExportFormat, findReviews, headingOf, lineOf } from '../../export/reviews.ts';
import type { ReviewSearch } from '../generated/graphql.ts';

/** Without a file to write to, the lines are kept in memory up to this many bytes. */
export const MAX_MEMORY_BYTES = 200_000_000;
/** Lines are written together, because each write takes a while. */
const CHUNK_CHARACTERS = 500_000;

type FileHandle = { createWritable(): Promise<FileSystemWritableFileStream> };
type WithPicker = {
  showSaveFilePicker?(options: {
    suggestedName: string;
    types: { description: string; accept: Record<string, string[]> }[];
  }): Promise<FileHandle>;
};

export const mediaTypes: Record<ExportFormat, string> = {
  csv: 'text/csv',
  jsonl: 'application/jsonl',
};

/** Whether this browser can write into a file while the reviews are still being read. */
export const canWriteFiles = (): boolean => 'showSaveFilePicker' in globalThis;

/** Where the lines go. */
export type Target = {
  write(lines: string): Promise<void>;
  /** Completes the file. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
};

/** The file would be larger than this browser can build. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/**
 * Asks where to save the file. It must be called in the handler of a click.
 * @returns null if nobody chose a file
 */
export async function openTarget(format: ExportFormat, name: string): Promise<Target | null> {
  const { showSaveFilePicker } = globalThis as WithPicker;
  if (!showSaveFilePicker) return inMemory(format, name);
  let file: FileHandle;
  try {
    file = await showSaveFilePicker({
      suggestedName: name,
      types: [{ description: 'Reviews', accept: { [mediaTypes[format]]: [`.${format}`] } }],
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
  const stream = await file.createWritable();
  return {
    write: (lines) => stream.write(lines),
    close: () => stream.close(),
    abort: () => stream.abort(),
  };
}

/** Keeps the lines until the file is complete, then downloads it. */
function inMemory(format: ExportFormat, name: string): Target {
  const type = `${mediaTypes[format]};charset=utf-8`;
  let parts: Blob[] = [];
  let bytes = 0;
  return {
    async write(lines) {
      const part = new Blob([lines]);
      bytes += part.size;
      if (bytes > MAX_MEMORY_BYTES) throw new TooLargeError();
      parts.push(part);
    },
    async close() {
      const url = URL.createObjectURL(new Blob(parts, { type }));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
    async abort() {
      parts = [];
    },
  };
}

type Options = {
  format: ExportFormat;
  search: ReviewSearch;
  target: Target;
  readPage: Parameters<typeof findReviews>[0];
  signal: AbortSignal;
  onProgress(written: number): void;
};

/**
 * Writes all reviews that are found, newest first, as `holdpoint reviews export` does.
 * @returns how many were written
 */
export async function writeExport(options: Options): Promise<number> {
  const { format, search, target, readPage, signal, onProgress } = options;
  let lines = headingOf(format);
  let written = 0;
  const add = async (review: ReviewFragment): Promise<void> => {
    lines += lineOf(format, review);
    written++;
    if (lines.length < CHUNK_CHARACTERS) return;
    await target.write(lines);
    lines = '';
  };
  try {
    for await (const review of findReviews(readPage, search)) {
      signal.throwIfAborted();
      await add(review);
      onProgress(written);
    }
    signal.throwIfAborted();
    await target.write(lines);
    await target.close();
    return written;
  } catch (error) {
    await target.abort().catch(() => {});
    throw error;
  }
}
