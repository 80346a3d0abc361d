// Builds the page of reviewers where its sources changed: what `npm pack` and the tests of the page need.
import { prepare } from './prepare.mjs';

if (!(await prepare(['src/main.ts', 'serve']))) process.exitCode = 1;
