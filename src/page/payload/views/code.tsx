import type { ReactNode } from 'react';
import type { Language } from '../../worker/languages.ts';
import { CodeText } from '../CodeText.tsx';
import { isHinted, type JsonText, type Place, textBeside, type View } from './view.ts';

const titles: Record<Language, string> = {
  html: 'HTML',
  javascript: 'JavaScript',
  json: 'JSON',
  markdown: 'Markdown',
  python: 'Python',
  shell: 'Shell',
  sql: 'SQL',
  yaml: 'YAML',
};

/** What the languages are called in tags, file names and payloads. */
const aliases: Readonly<Record<string, Language>> = {
  bash: 'shell',
  htm: 'html',
  js: 'javascript',
  jsx: 'javascript',
  md: 'markdown',
  mjs: 'javascript',
  mysql: 'sql',
  plpgsql: 'sql',
  postgres: 'sql',
  postgresql: 'sql',
  py: 'python',
  python3: 'python',
  sh: 'shell',
  sqlite: 'sql',
  ts: 'javascript',
  tsx: 'javascript',
  typescript: 'javascript',
  yml: 'yaml',
  zsh: 'shell',
};

/** Enough of a text to recognize its language. */
const START_CHARACTERS = 1_000;

/** Code, highlighted by its language. */
export const code: View = {
  name: 'code',
  title: 'Code',
  aliases: [...Object.keys(titles), ...Object.keys(aliases)],
  find(node, place) {
    if (node.kind !== 'string' || node.value.trim() === '') return undefined;
    const language = languageOf(node, place);
    if (language === undefined) return undefined;
    const title = language === 'text' ? 'Code' : titles[language];
    return {
      title,
      show: <CodeView text={node.value} language={language} title={title} />,
    };
  },
};

type CodeViewProps = { text: string; language: Language | 'text'; title: string };

const CodeView = ({ text, language, title }: CodeViewProps): ReactNode => (
  <CodeText code={text} label={title} language={language === 'text' ? null : language} />
);

const named = (name: string | undefined): Language | undefined => {
  const lower = name?.toLowerCase() ?? '';
  return Object.hasOwn(titles, lower) ? (lower as Language) : aliasOf(lower);
};

const aliasOf = (name: string): Language | undefined =>
  Object.hasOwn(aliases, name) ? aliases[name] : undefined;

function languageOf({ value }: JsonText, place: Place): Language | 'text' | undefined {
  const key = typeof place.key === 'string' ? place.key : '';
  const start = value.slice(0, START_CHARACTERS);
  const isLong = isBlock(value);
  const hinted = named(place.hint);
  if (hinted !== undefined && (isLong || /\s/.test(value)) && isLikelyCode(key, start, place))
    return hinted;
  if (isHinted(place, 'code') && isLong) return byContent(start) ?? 'text';
  const isCodeKey = codeKeys.test(key);
  if (isCodeKey || contentKeys.test(key)) {
    const beside = textBeside(place, ['language', 'lang', 'dialect', 'syntax', 'interpreter']);
    const path = textBeside(place, ['path', 'file_path', 'filename', 'file', 'filePath', 'name']);
    const extension = /\.([a-z0-9]{1,8})$/i.exec(path ?? '')?.[1];
    const language = named(beside) ?? named(extension);
    if (language !== undefined && (isLong || isCodeKey)) return language;
  }
  const byKey = named(key) ?? named(/_([a-z0-9]+)$/i.exec(key)?.[1]);
  if (byKey !== undefined && (isLong || /\s/.test(value))) return byKey;
  if (commandKeys.test(key) && /\s/.test(value)) return 'shell';
  const found = byContent(start);
  if (found !== undefined && (isLong || isCodeKey || queryKeys.test(key))) return found;
  return isCodeKey && value.includes('\n') ? 'text' : undefined;
}

const codeKeys = /^(?:code|source|script|snippet|program|source_code|sourceCode)$/i;
const contentKeys = /^(?:content|contents|text|file_text|body|new_content)$/i;
const commandKeys = /^(?:command|cmd|shell|command_line|commandLine|bash_command|run|entrypoint)$/i;
const queryKeys = /^(?:query|sql|statement|migration|up|down|ddl)$/i;

/** A short word is no code. */
const isBlock = (text: string): boolean => text.includes('\n') || text.length > 60;

/** A language that an agent suggests applies to code, and not to every text beside it. */
const isLikelyCode = (key: string, start: string, { parent }: Place): boolean =>
  parent?.members.filter(({ value }) => value.kind === 'string' && isBlock(value.value)).length ===
    1 ||
  [codeKeys, contentKeys, commandKeys, queryKeys].some((keys) => keys.test(key)) ||
  key === '' ||
  named(key) !== undefined ||
  byContent(start) !== undefined;

/** The language of a text by how it starts. */
function byContent(start: string): Language | undefined {
  const shebang = /^#!.*\b(bash|sh|zsh|python3?|node)\b/.exec(start)?.[1];
  if (shebang !== undefined) return shebang === 'node' ? 'javascript' : named(shebang);
  if (isSql(start)) return 'sql';
  if (
    /^(?:import [\w.]+$|import [\w.]+ as |from [\w.]+ import |def \w+\(|class \w+[(:])/m.test(start)
  ) {
    return 'python';
  }
  if (
    /^(?:import .+ from ['"]|export (?:default|const|function|class|async) |const \w+ = |async function |function \w+\()/m.test(
      start,
    )
  ) {
    return 'javascript';
  }
  if (
    /^(?:\$ )?(?:sudo |curl -|kubectl |docker |git |npm |rm -|terraform |aws |gcloud |psql |find \S+ -|set -[eux])/.test(
      start,
    )
  ) {
    return 'shell';
  }
  return undefined;
}

const sqlStart =
  /^(?:select .{1,500} from |insert into |update [^ ]+ set |delete from |create (?:or replace )?(?:temp |unique )?(?:table|index|view|function|schema|database|role|extension|type|trigger) |alter (?:table|role|database|type) |drop (?:table|index|view|schema|database) |truncate |grant .{1,200} to |begin;|begin transaction|with [^ ]+ as \()/i;

/** Whether a text starts like SQL, after comments. */
function isSql(start: string): boolean {
  const lines = start.split('\n').filter((line) => !line.trimStart().startsWith('--'));
  return sqlStart.test(lines.join(' ').replace(/\s+/g, ' ').trimStart());
}
