#!/usr/bin/env node
// The command `holdpoint`. In a clone it is the TypeScript, after making what is missing. In an installed package, where Node does
// not run TypeScript, it is what `npm pack` compiled into dist/.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_MAJOR = 22;

if (existsSync(join(root, 'scripts/run.mjs'))) {
  process.argv.splice(2, 0, 'src/main.ts');
  await import('../scripts/run.mjs');
} else if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  const main = join(root, 'dist/src/main.js');
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
} else {
  await runWithNewerNode();
}

async function runWithNewerNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const { launch } = await import('../scripts/launch.mjs');
    const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    await launch(node, join(root, 'dist/src/main.js'), process.argv.slice(2));
  } catch {
    console.error(`Holdpoint needs Node ${OLDEST_MAJOR} or newer; this is ${process.version}.`);
    process.exitCode = 1;
  }
}
