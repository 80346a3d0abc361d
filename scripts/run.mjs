// Every npm script of a clone begins here: `node scripts/run.mjs <file.ts> [args…]`. It needs nothing but Node 20 or newer and
// npm, makes what is missing (see steps.mjs), and then runs the file with the Node that Holdpoint is made for.
import { resolve } from 'node:path';
import { findNode, launch } from './launch.mjs';
import { prepare } from './prepare.mjs';
import { root } from './steps.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/run.mjs <file.ts> [args…]');
  process.exit(2);
}
if (await prepare([file, ...args])) {
  // `import … from 'holdpoint/client'` finds the TypeScript here: see "exports" in package.json.
  await launch(findNode(root), resolve(root, file), args, ['--conditions=holdpoint-source']);
} else {
  process.exitCode = 1;
}
