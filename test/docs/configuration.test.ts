import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { documents } from './markdown.ts';

const page = await readFile('docs/configuration.md', 'utf8');
const source = await readFile('src/config.ts', 'utf8');

/** The rows of the tables: a variable and its default. */
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(
  ([, name = '', value = '']) => ({
    name,
    value,
  }),
);

/** Read by OpenTelemetry or by clients, not by src/config.ts. */
const notOfTheService = /^OTEL_|^HOLDPOINT_(URL|TOKEN|WEBHOOK_SECRET)$/;

it('docs/configuration.md lists exactly the variables that the service reads', () => {
  const [, schema = ''] = /const environment = z\.object\(\{\n([\s\S]*?)\n\}\);/.exec(source) ?? [];
  const read = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name);
  expect(read.length).toBeGreaterThan(20);
  const listed = rows.map(({ name }) => name).filter((name) => !notOfTheService.test(name));
  expect(listed.toSorted()).toEqual(read.toSorted());
});

it('every variable name in the documents is listed there', async () => {
  const listed = new Set(rows.map(({ name }) => name));
  for (const document of documents) {
    const text = await readFile(document, 'utf8');
    for (const [name] of text.matchAll(/\bHOLDPOINT_[A-Z_]+\b/g)) {
      expect(listed, `${name} in ${document}`).toContain(name);
    }
  }
});

it.each(rows.filter(({ name, value }) => /^`[^`]+`$/.test(value) && !notOfTheService.test(name)))(
  'the default of $name is $value',
  ({ name, value }) => {
    expect(readConfig({ [name]: value.slice(1, -1) })).toEqual(readConfig({}));
  },
);
