import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { documents } from './markdown.ts';

const LINK = /\]\(([^)#\s]*)(?:#([\w-]+))?\)/g;

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

it.each(documents)('the links in %s lead to existing files and headings', async (document) => {
  const text = await readFile(document, 'utf8');
  for (const [link, path = '', anchor] of text.matchAll(LINK)) {
    if (/^https?:/.test(path)) continue;
    const target = path === '' ? document : join(dirname(document), path);
    expect(existsSync(target), link).toBe(true);
    if (anchor) expect(anchorsIn(await readFile(target, 'utf8')), link).toContain(anchor);
  }
});
