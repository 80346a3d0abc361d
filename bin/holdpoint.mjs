#!/usr/bin/env node
// The command `holdpoint`: TypeScript in a clone, compiled JavaScript in the published package.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module'; // Node 20 lacks the function used below
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [22, 18];
const place = (path) => new URL(`../${path}`, import.meta.url);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(
    `Holdpoint needs Node ${OLDEST_NODE.join('.')} or later; this is ${process.version}.`,
  );
  process.exit(1);
}
// `npm run` sets the condition; without it, e.g. with npx, a clone would use what was built before.
const isClone = existsSync(place('src/main.ts'));
if (isClone && !import.meta.resolve('@holdpoint/client').endsWith('.ts')) {
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, 'holdpoint-source'] }),
  });
}
// Halves the time of the next start. Does nothing where the folder cannot be written.
nodeModule.enableCompileCache(fileURLToPath(place('node_modules/.cache/holdpoint')));
await import(isClone ? place('src/main.ts') : place('dist/src/main.js'));
