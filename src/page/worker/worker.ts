import type { Root } from 'hast';
import type { JsonChange } from '../payload/jsonDiff.ts';
import type { Manifest } from './describeManifests.ts';
import type { Highlighted } from './highlight.ts';
import type { Language } from './languages.ts';
import type { DiffBlock } from './lineDiff.ts';
import type { Mail } from './readMail.ts';
import type { DiffFile } from './unifiedDiff.ts';

/** What takes long for some texts, and so is done outside the page's thread. */
export type Tasks = {
  describeManifests(yaml: string): Manifest[];
  highlight(code: string, language: Language): Highlighted[][];
  jsonDiff(before: string, after: string): JsonChange[];
  lineDiff(before: string, after: string): DiffBlock[];
  misleads(text: string): boolean;
  parseCsv(text: string): string[][] | null;
  parseMarkdown(text: string): Root | null;
  readMail(message: string): Mail;
  safeHtml(html: string): string | null;
  unifiedDiff(text: string): DiffFile[];
};

/** Loads the code of a task, which is not part of the time that the task may take. */
const load: {
  [Task in keyof Tasks]: (
    ...texts: Parameters<Tasks[Task]>
  ) => Promise<() => ReturnType<Tasks[Task]> | Promise<ReturnType<Tasks[Task]>>>;
} = {
  async describeManifests(yaml) {
    const { describeManifests } = await import('./describeManifests.ts');
    return () => describeManifests(yaml);
  },
  async highlight(code, language) {
    const [{ highlight }, { parserOf }] = await Promise.all([
      import('./highlight.ts'),
      import('./languages.ts'),
    ]);
    const parser = await parserOf(language);
    return () => highlight(parser, code, language);
  },
  async jsonDiff(before, after) {
    const [{ jsonDiff }, { readJsonTree }] = await Promise.all([
      import('../payload/jsonDiff.ts'),
      import('@holdpoint/client/json'),
    ]);
    return () => jsonDiff(readJsonTree(before), readJsonTree(after));
  },
  async lineDiff(before, after) {
    const { lineDiff } = await import('./lineDiff.ts');
    return () => lineDiff(before, after);
  },
  async misleads(text) {
    const { misleads } = await import('../../text/characters.ts');
    return () => misleads(text);
  },
  async parseCsv(text) {
    const { parseCsv } = await import('./parseCsv.ts');
    return () => parseCsv(text);
  },
  async parseMarkdown(text) {
    const { parseMarkdown } = await import('./parseMarkdown.ts');
    return () => parseMarkdown(text);
  },
  async readMail(message) {
    const { readMail } = await import('./readMail.ts');
    return () => readMail(message);
  },
  async safeHtml(html) {
    const { safeHtml } = await import('./safeHtml.ts');
    return () => safeHtml(html);
  },
  async unifiedDiff(text) {
    const { unifiedDiff } = await import('./unifiedDiff.ts');
    return () => unifiedDiff(text);
  },
};

export type TaskMessage = { task: keyof Tasks; texts: string[] };

/**
 * For each task the worker says that it begins, and later sends the result. Null: the task failed.
 */
export type WorkerMessage = { begins: true } | { result: unknown };

addEventListener('message', async ({ data: { task, texts } }: MessageEvent<TaskMessage>) => {
  try {
    const run = await (load[task] as (...texts: string[]) => Promise<() => unknown>)(...texts);
    send({ begins: true });
    send({ result: await run() });
  } catch {
    // E.g. a text that nests too deep for a parser.
    send({ result: null });
  }
});

const send = (message: WorkerMessage) => postMessage(message);
