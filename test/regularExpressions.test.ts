import { readdirSync, readFileSync } from 'node:fs';
import { checkSync } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { expect, it } from 'vitest';
import { wordsIn } from '../src/search/terms.ts';
import { built as characters } from '../src/text/characters.ts';
import { confusable, confusablesOnly } from '../src/text/confusables.ts';
import { honestLettersOf } from '../src/text/lookalikes.ts';
import { built as directions } from '../src/text/readingOrder.ts';

const root = new URL('../', import.meta.url);
const folders = ['src', 'packages/client/src', 'packages/langgraph/src'];

/** Expressions that are built at run time, by file. */
const built: Record<string, RegExp[]> = {
  'src/search/terms.ts': [wordsIn],
  'src/text/characters.ts': characters,
  'src/text/confusables.ts': [confusable, confusablesOnly],
  'src/text/lookalikes.ts': [
    honestLettersOf({ name: 'Cyrillic', letters: /\p{Script=Cyrillic}/u }),
  ],
  'src/text/readingOrder.ts': directions,
};

type Found = { file: string; pattern: string; flags: string };

function expressionsIn(file: string): Found[] {
  const found: Found[] = [];
  let count = 0;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { regex, callee } = node as {
      regex?: { pattern: string; flags: string };
      callee?: { name?: string };
    };
    if (regex) found.push({ file, ...regex });
    if (callee?.name === 'RegExp') {
      const expression = built[file]?.[count++];
      expect(
        expression,
        `${file} builds a regular expression that is not listed here`,
      ).toBeTruthy();
      if (expression) found.push({ file, pattern: expression.source, flags: expression.flags });
    }
    for (const child of Object.values(node)) visit(child);
  };
  const lang = file.endsWith('x') ? 'tsx' : 'ts';
  visit(parseAst(readFileSync(new URL(file, root), 'utf8'), { lang }));
  return found;
}

const files = folders
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('generated'));
const expressions = files.flatMap(expressionsIn);

it('finds the expressions of the sources', () => {
  expect(expressions.length).toBeGreaterThan(80);
});

// Most of them match input from clients, so none may take more than linear time.
it.each(expressions)('$file: /$pattern/$flags takes linear time', ({ pattern, flags }) => {
  expect(checkSync(pattern, flags, { timeout: 15_000 })).toMatchObject({ status: 'safe' });
});
