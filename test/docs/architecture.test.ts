import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { blocksIn } from './markdown.ts';

const page = await readFile('docs/architecture.md', 'utf8');
const drawing = blocksIn(page).find(({ language }) => language === 'mermaid')?.code ?? '';

/** The arrows of the drawing: from the importing part to the imported one. */
const arrows = [...drawing.matchAll(/^ *(\w+) --> (.+)$/gm)].flatMap(
  ([, from = '', targets = '']) =>
    targets.split(' & ').map((to): Edge => ({ from, to: to.trim() })),
);

/** The imports between parts, each with the files that it was found in. */
const imports = await readImports();

type Edge = { from: string; to: string };

/** The part that a file belongs to: `client` for packages/client, `feed` for src/feed, `app` for src/app.ts. */
function partOf(file: string): string {
  const [, name = ''] = file.split('/');
  return name.replace(/\.tsx?$/, '');
}

async function readImports(): Promise<(Edge & { file: string })[]> {
  const found: (Edge & { file: string })[] = [];
  for await (const file of glob(['src/**/*.{ts,tsx}', 'packages/*/src/**/*.ts'])) {
    const text = await readFile(file, 'utf8');
    for (const [, relative, packageName] of text.matchAll(
      /(?:from|import|import\()\s*'(?:(\.[^']+)|@holdpoint\/([\w-]+)[^']*)'/g,
    )) {
      const to = packageName ?? partOf(join(dirname(file), relative ?? ''));
      found.push({ from: partOf(file), to, file });
    }
  }
  return found.filter(({ from, to }) => from !== to);
}

/** Everything that can be reached from a part along the arrows. */
function reachableFrom(part: string, seen = new Set<string>()): Set<string> {
  for (const { from, to } of arrows) {
    if (from !== part || seen.has(to)) continue;
    seen.add(to);
    reachableFrom(to, seen);
  }
  return seen;
}

describe('the drawing in docs/architecture.md', () => {
  const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]));

  it('shows every part that imports another', () => {
    expect(imports.map(({ from }) => from).filter((part) => !drawn.has(part))).toEqual([]);
  });

  it('has no circles', () => {
    expect([...drawn].filter((part) => reachableFrom(part).has(part))).toEqual([]);
  });

  it('allows every import', () => {
    // Files directly in src that import nothing, such as version.ts, are constants for everybody.
    const importing = new Set(imports.map(({ from }) => from));
    const forbidden = imports.filter(
      ({ from, to }) => (importing.has(to) || drawn.has(to)) && !reachableFrom(from).has(to),
    );
    expect(forbidden).toEqual([]);
  });

  it('has no arrow without an import', () => {
    const unused = arrows.filter(
      ({ from, to }) => !imports.some((found) => found.from === from && found.to === to),
    );
    expect(unused).toEqual([]);
  });
});
