// Generates the files that are committed: schema.graphql, the typed documents, the table of
// confusable characters and, where Python is there, the files of the Python client. With --check it
// writes nothing and fails if a file is out of date; those of the Python client have a check of
// their own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { generate } from '@graphql-codegen/cli';
import { lexicographicSortSchema, printSchema } from 'graphql';
import codegen from '../codegen.ts';
import { schema } from '../src/schema/index.ts';
import { compactDocuments } from './compactDocuments.ts';
import { confusablesFile } from './confusablesFile.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];

async function write(path: string, content: string): Promise<void> {
  const committed = await readFile(path, 'utf8').catch(() => '');
  if (committed === content) return;
  if (check) stale.push(path);
  else await writeFile(path, content);
}

const header = '# Printed from src/schema by "npm run generate".\n\n';
await write('schema.graphql', `${header}${printSchema(lexicographicSortSchema(schema))}\n`);
const documents = await generate({ ...codegen, silent: true }, false);
for (const { filename, content } of documents as { filename: string; content: string }[]) {
  const isForClient = filename === 'packages/client/src/generated/graphql.ts';
  await write(filename, isForClient ? compactDocuments(content) : content);
}
await write('src/text/generated/confusables.ts', confusablesFile());

const python = 'python/.venv/bin/python';
if (!check && existsSync(python)) {
  const { status } = spawnSync(python, ['python/scripts/generate.py'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run "npm run generate" and commit the result.`);
  process.exitCode = 1;
}
