/** A part of a script that deletes, overwrites or skips a safeguard. */
export type Destructive = { readonly start: number; readonly end: number; readonly what: string };

type Word = { readonly text: string; readonly start: number; readonly end: number };

/**
 * What is destructive in a script, as far as its words tell. A help for the eye: a script in which
 * nothing is found can still destroy everything.
 * @param code without comments, and SQL without strings; spaces in their place
 */
export function destructiveIn(code: string, language: 'shell' | 'sql'): Destructive[] {
  const found = language === 'sql' ? inSql(code) : inShell(code);
  return found.sort((one, other) => one.start - other.start);
}

/**
 * Whether programs differ in what is a comment or a string, or the highlighter does not know. May be
 * true for other scripts too.
 */
export function isAmbiguous(code: string, language: 'shell' | 'sql'): boolean {
  const lines = code.split('\n');
  if (language === 'shell') {
    // A comment begins with a word of its own. A quote in it may end a string.
    return lines.some((line, at) => {
      const start = line.indexOf('#');
      if (start < 0) return false;
      const isInWord = /[^\s;&|()]#/.test(line) || (start === 0 && lines[at - 1]?.endsWith('\\'));
      return isInWord || /['"`]/.test(line.slice(start));
    });
  }
  // MySQL runs some comments, ends others elsewhere, and escapes quotes as PostgreSQL's E'' does.
  return (
    /\\['"]|\/\*M?!/.test(code) ||
    code.split('*/').some((part) => part.split('/*').length > 2) ||
    lines.some((line) => {
      const rest = line.slice(Math.max(line.indexOf('--'), 0));
      return /--\S/.test(rest) && /;\s*[^\s;]/.test(rest);
    })
  );
}

function inSql(code: string): Destructive[] {
  return partsOf(code, /;/g).flatMap((statement) => {
    const words = wordsOf(statement, /\w+/g);
    const names = words.map(({ text }) => text.toLowerCase());
    const lastWhere = names.lastIndexOf('where');
    return names.flatMap((name, at) => {
      const next = names[at + 1] ?? '';
      const mark = (count: number, what: string) => [markOf(words.slice(at, at + count), what)];
      const isLimited = lastWhere > at;
      if (name === 'drop' && droppable.has(next)) return mark(2, 'removes it for good');
      if (name === 'truncate' && at === 0) return mark(1, 'deletes all rows');
      if (name === 'delete' && next === 'from' && !isLimited) {
        return mark(2, 'deletes all rows: there is no WHERE');
      }
      const sets = names.slice(at + 1, at + 6).includes('set');
      if (name === 'update' && sets && !rowLocks.has(names[at - 1] ?? '') && !isLimited) {
        return mark(1, 'changes all rows: there is no WHERE');
      }
      return [];
    });
  });
}

const droppable = new Set(
  (
    'table database schema column view materialized index sequence type role user function ' +
    'procedure trigger constraint extension policy partition tablespace'
  ).split(' '),
);
/** Words before UPDATE where it is no statement: `ON CONFLICT DO UPDATE` changes one row. */
const rowLocks = new Set(['for', 'key', 'on', 'do', 'before', 'after', 'or', 'of']);

function inShell(code: string): Destructive[] {
  return partsOf(code, /[\n;&|()`]/g).flatMap((part) => {
    const words = wordsOf(part, /[^\s"']+/g);
    const first = words.findIndex(({ text }, at) => !isBefore(text, words[at - 1]?.text ?? ''));
    const [, ...args] = words.slice(first).map(({ text }) => text);
    const found = commandIn(words.slice(first), args);
    const deletes = words.findIndex(({ text }, at) => {
      return at > first && text === 'rm' && /^-\w*[rRf]/.test(words[at + 1]?.text ?? '');
    });
    const others: Destructive[] = [
      ...(deletes < 0 ? [] : [markOf(withFlags(words.slice(deletes)), 'deletes files')]),
      ...words
        .filter(({ text }) => text === '--force' || text === '--no-preserve-root')
        .map((word) => markOf([word], 'skips a safeguard')),
      // SQL inside a command.
      ...words.flatMap(({ text }, at) =>
        /^drop$/i.test(text) && droppable.has(words[at + 1]?.text.toLowerCase() ?? '')
          ? [markOf(words.slice(at, at + 2), 'removes it for good')]
          : [],
      ),
    ];
    return [...found, ...others];
  });
}

/** Words after which a command follows. */
const runners = new Set(
  'sudo xargs exec env nohup time then do else if while ! { $ bash sh -c'.split(' '),
);

/** Whether a word stands before the command that runs: `sudo`, `xargs -n 1`, `A=1`. */
const isBefore = (text: string, last: string): boolean =>
  runners.has(text) ||
  /^\w+=/.test(text) ||
  (last !== '' && text.startsWith('-')) ||
  (last.startsWith('-') && /^(?:\d+|\{\})$/.test(text));

/** The command that the words are, if it is destructive. */
function commandIn(words: readonly Word[], args: readonly string[]): Destructive[] {
  const [command] = words;
  if (command === undefined) return [];
  const name = command.text.slice(command.text.lastIndexOf('/') + 1);
  const [verb = '', object = ''] = args;
  const has = (...flags: string[]) => flags.some((flag) => args.includes(flag));
  const mark = (count: number, what: string) => [markOf(words.slice(0, count), what)];
  const markWord = (found: (text: string) => boolean, what: string) =>
    words.filter(({ text }) => found(text)).map((word) => markOf([word], what));
  switch (name) {
    case 'rm':
    case 'rmdir':
      return [markOf(withFlags(words), 'deletes files')];
    case 'shred':
    case 'wipefs':
    case 'mkfs':
      return mark(1, 'deletes data');
    case 'dd':
      return markWord((text) => text.startsWith('of='), 'is overwritten');
    case 'truncate':
      return mark(1, 'cuts off a file');
    case 'find':
      return [
        ...markWord((text) => text === '-delete', 'deletes what is found'),
        ...(/^-(?:exec|execdir)$/.test(args[args.indexOf('rm') - 1] ?? '')
          ? markWord((text) => text === 'rm', 'deletes files')
          : []),
      ];
    case 'git':
      if (verb === 'push' && has('-f', '--force', '--force-with-lease', '--mirror')) {
        return mark(2, 'overwrites the remote branch');
      }
      if (verb === 'reset' && has('--hard')) return mark(2, 'discards changes');
      if (verb === 'clean') return mark(2, 'deletes files that are not in git');
      return verb === 'branch' && has('-D') ? mark(2, 'deletes a branch') : [];
    case 'kubectl':
      return verb === 'delete' ? mark(2, 'deletes objects') : [];
    case 'helm':
      return /^(?:uninstall|delete)$/.test(verb) ? mark(2, 'removes a release') : [];
    case 'terraform':
    case 'tofu':
      return verb === 'destroy' ? mark(2, 'destroys what it manages') : [];
    case 'docker':
    case 'podman':
      if (/^(?:rm|rmi)$/.test(verb)) return mark(2, 'deletes containers or images');
      return /^(?:rm|prune)$/.test(object) ? mark(3, 'deletes what is stored') : [];
    case 'aws':
      return /^(?:rm|rb|(?:delete|terminate)-.*)$/.test(object) ? mark(3, 'deletes resources') : [];
    case 'gcloud':
    case 'az':
      return markWord((text) => text === 'delete', 'deletes resources');
    default:
      return [];
  }
}

/** A command with the flags that follow it. */
function withFlags(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex(({ text }, at) => at > 0 && !text.startsWith('-'));
  return words.slice(0, end < 0 ? undefined : end);
}

const markOf = (words: readonly Word[], what: string): Destructive => ({
  start: words[0]?.start ?? 0,
  end: words.at(-1)?.end ?? 0,
  what,
});

/** The parts of a text between separators. */
function partsOf(text: string, separator: RegExp): Word[] {
  const parts: Word[] = [];
  let start = 0;
  for (const { index } of text.matchAll(separator)) {
    parts.push({ text: text.slice(start, index), start, end: index });
    start = index + 1;
  }
  parts.push({ text: text.slice(start), start, end: text.length });
  return parts;
}

const wordsOf = (part: Word, word: RegExp): Word[] =>
  [...part.text.matchAll(word)].map(({ 0: text, index }) => {
    const start = part.start + index;
    return { text, start, end: start + text.length };
  });
