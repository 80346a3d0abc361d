import type { Language as AnyLanguage } from '@codemirror/language';

export type Parser = AnyLanguage['parser'];

/** Each language that code is highlighted in, and how its parser is loaded. */
const loadParser = {
  javascript: async () =>
    streamParser((await import('@codemirror/legacy-modes/mode/javascript')).typescript),
  json: async () => streamParser((await import('@codemirror/legacy-modes/mode/javascript')).json),
  html: async () => streamParser((await import('@codemirror/legacy-modes/mode/xml')).html),
  markdown: async () => (await import('@lezer/markdown')).parser,
  python: async () => (await import('@lezer/python')).parser,
  shell: async () => streamParser((await import('@codemirror/legacy-modes/mode/shell')).shell),
  sql: async () => streamParser((await import('@codemirror/legacy-modes/mode/sql')).pgSQL),
  yaml: async () => streamParser((await import('@codemirror/legacy-modes/mode/yaml')).yaml),
} satisfies Record<string, () => Promise<Parser>>;

export type Language = keyof typeof loadParser;

export const parserOf = (language: Language): Promise<Parser> => loadParser[language]();

type Mode = Parameters<typeof import('@codemirror/language').StreamLanguage.define>[0];

async function streamParser(mode: Mode): Promise<Parser> {
  const { StreamLanguage } = await import('@codemirror/language');
  return StreamLanguage.define(mode).parser;
}
