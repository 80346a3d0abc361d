// Reads a shell command far enough to tell which words it consists of. It runs nothing and expands
// nothing: what only the shell could tell makes the command unreadable.

/** A simple command: a program and its arguments, without quotes. */
export type ShellCommand = readonly ShellWord[];

export type ShellWord = {
  text: string;
  /** Whether it may stand for other words: it contains a wildcard or braces, quoted or not. */
  isPattern: boolean;
};

const MAX_CHARACTERS = 100_000;
const separators = new Set([...'\n;|&()<>']);
const blanks = new Set([...' \t\r']);
const wildcards = new Set([...'*?[]{}']);
/** Variables whose value is known. */
const knownVariable = /^\$(?:(HOME|PWD)(?![A-Za-z0-9_])|\{(HOME|PWD)\})/;

/**
 * Splits a command line into simple commands.
 * @returns null if it contains variables, substitutions or unfinished quotes, so that only the shell
 * could tell what it does
 */
export function readShell(
  line: string,
  variables: { HOME: string; PWD: string },
): ShellCommand[] | null {
  if (line.length > MAX_CHARACTERS) return null;
  const commands: ShellWord[][] = [[]];
  let word: { text: string; isPattern: boolean } | null = null;
  let quote: '"' | "'" | null = null;

  const add = (text: string, isPattern = false) => {
    word ??= { text: '', isPattern: false };
    word.text += text;
    word.isPattern ||= isPattern;
  };
  const endWord = () => {
    if (word) commands.at(-1)?.push(word);
    word = null;
  };

  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote === "'") {
      if (character === "'") quote = null;
      else add(character, wildcards.has(character));
    } else if (character === '`') {
      return null;
    } else if (character === '$') {
      const [found, plain, braced] = knownVariable.exec(line.slice(at, at + 20)) ?? [];
      const name = (plain ?? braced) as 'HOME' | 'PWD' | undefined;
      // A dollar sign before white space or at the end of a quoted text is only that.
      if (!found && /[\s"]|^$/.test(line.slice(at + 1, at + 2))) add('$');
      else if (!found || !name) return null;
      else {
        add(variables[name]);
        at += found.length - 1;
      }
    } else if (character === '\\') {
      const next = line[++at];
      if (next === undefined) return null;
      if (next !== '\n') add(quote === '"' && !'$`"\\'.includes(next) ? `\\${next}` : next);
    } else if (quote === '"') {
      if (character === '"') quote = null;
      else add(character, wildcards.has(character));
    } else if (character === '"' || character === "'") {
      quote = character;
      add('');
    } else if (blanks.has(character)) {
      endWord();
    } else if (separators.has(character)) {
      endWord();
      if (commands.at(-1)?.length !== 0) commands.push([]);
    } else {
      add(character, wildcards.has(character));
    }
  }
  if (quote !== null) return null;
  endWord();
  return commands.filter((command) => command.length > 0);
}
