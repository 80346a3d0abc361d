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

type Edge = { from: string; to: string };

/** The imports between files. A package is imported by its name, as `packages/client`. */
const fileImports = await readImports();

/** The imports between parts, each with the file that it was found in. */
const imports = fileImports
  .map(({ from, to }) => ({ from: partOf(from), to: partOf(to), file: from }))
  .filter(({ from, to }) => from !== to);

/** The part of a file: `client` for packages/client, `feed` for src/feed, `app` for src/app.ts. */
function partOf(file: string): string {
  const [, name = ''] = file.split('/');
  return name.replace(/\.tsx?$/, '');
}

async function readImports(): Promise<Edge[]> {
  const found: Edge[] = [];
  for await (const from of glob(['src/**/*.{ts,tsx}', 'packages/*/src/**/*.ts'])) {
    const text = await readFile(from, 'utf8');
    for (const [, relative, packageName] of text.matchAll(
      /(?:from|import|import\()\s*'(?:(\.[^']+)|@holdpoint\/([\w-]+)[^']*)'/g,
    )) {
      const to = packageName ? `packages/${packageName}` : join(dirname(from), relative ?? '');
      found.push({ from, to });
    }
  }
  return found;
}

/** All nodes that can be reached along the edges. */
function reachable(from: string, edges: Map<string, string[]>, seen = new Set<string>()) {
  for (const to of edges.get(from) ?? []) {
    if (seen.has(to)) continue;
    seen.add(to);
    reachable(to, edges, seen);
  }
  return seen;
}

const targetsOf = (edges: readonly Edge[]) =>
  new Map(
    [...Map.groupBy(edges, ({ from }) => from)].map(([from, out]) => [
      from,
      out.map(({ to }) => to),
    ]),
  );

it('files do not import each other in circles', () => {
  const targets = targetsOf(fileImports);
  expect([...targets.keys()].filter((file) => reachable(file, targets).has(file))).toEqual([]);
});

describe('the drawing in docs/architecture.md', () => {
  const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const reachableFrom = (part: string) => reachable(part, targetsOf(arrows));

  it('shows every part that imports another', () => {
    expect(imports.map(({ from }) => from).filter((part) => !drawn.has(part))).toEqual([]);
  });

  it('has no cycles', () => {
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
