import { highlightPython } from './highlightPython.ts';
import { lineDiff } from './lineDiff.ts';
import { parseMarkdown } from './parseMarkdown.ts';

/** What takes long for some texts, and so is done outside the page's thread. */
const tasks = { highlightPython, lineDiff, parseMarkdown };

export type Tasks = typeof tasks;

export type TaskMessage = { task: keyof Tasks; texts: string[] };

/** For each task the worker says that it begins, and later sends the result. */
export type WorkerMessage = { begins: true } | { result: unknown };

addEventListener('message', ({ data: { task, texts } }: MessageEvent<TaskMessage>) => {
  send({ begins: true });
  send({ result: (tasks[task] as (...texts: string[]) => unknown)(...texts) });
});

const send = (message: WorkerMessage) => postMessage(message);
