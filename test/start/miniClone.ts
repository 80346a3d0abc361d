import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));

/** Stands for npm: writes down that it was called, and installs what the lock says, slowly enough to be met. */
const NPM = `
import { appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync, rmSync, existsSync } from 'node:fs';
appendFileSync('calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
if (existsSync('npm-fails')) { console.error('npm says why'); process.exit(9); }
await new Promise((resolve) => setTimeout(resolve, 300));
for (const folder of ['pg', 'prisma/build', 'node/bin', 'prisma', 'vite/bin']) mkdirSync('node_modules/' + folder, { recursive: true });
cpSync('package-lock.json', 'node_modules/.package-lock.json');
writeFileSync('node_modules/pg/package.json', '{}');
writeFileSync('node_modules/prisma/package.json', '{}');
cpSync('prisma-stub.mjs', 'node_modules/prisma/build/index.js');
cpSync('vite-stub.mjs', 'node_modules/vite/bin/vite.js');
writeFileSync('node_modules/vite/package.json', '{"type":"module"}');
rmSync('node_modules/node/bin/node', { force: true });
symlinkSync(process.execPath, 'node_modules/node/bin/node');
`;

/** Stands for Prisma's command line. */
const PRISMA = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('calls', 'prisma ' + process.argv.slice(2).join(' ') + '\\n');
mkdirSync('src/database/generated/prisma', { recursive: true });
writeFileSync('src/database/generated/prisma/client.ts', '');
writeFileSync('src/database/generated/pothosTypes.ts', '');
`;

/** Stands for vite. */
const VITE = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('calls', 'vite ' + process.argv.slice(2).join(' ') + '\\n');
mkdirSync('dist/page', { recursive: true });
writeFileSync('dist/page/index.html', '');
`;

/** What is run in the end: does what its first argument says. */
const PROGRAM = `
const [what, ...rest]: string[] = process.argv.slice(2);
console.log(JSON.stringify({ pid: process.pid, rest, execArgv: process.execArgv }));
if (what === 'exit') process.exit(Number(rest[0]));
if (what === 'echo') process.stdin.pipe(process.stdout);
if (what === 'wait') {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
    console.log(signal);
    setTimeout(() => process.exit(signal === 'SIGINT' ? 40 : 50), 200);
  });
  setInterval(() => {}, 1_000);
}
`;

export type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

/** A folder with our own scripts, and stand-ins for the tools of others that they call. */
export class MiniClone {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<MiniClone> {
    const clone = new MiniClone(await mkdtemp(join(tmpdir(), 'holdpoint-start-')));
    await cp(scripts, join(clone.root, 'scripts'), { recursive: true });
    await mkdir(join(clone.root, 'prisma'));
    await clone.write('package.json', '{ "type": "module" }');
    await clone.write('package-lock.json', lockOf('1.0.0'));
    await clone.write('prisma/schema.prisma', 'model A {}');
    await clone.write('npm-cli.mjs', NPM);
    await symlink('npm-cli.mjs', join(clone.root, 'npm-cli.js'));
    await clone.write('prisma-stub.mjs', PRISMA);
    await clone.write('program.ts', PROGRAM);
    await mkdir(join(clone.root, 'src/page/list'), { recursive: true });
    await clone.write('src/main.ts', PROGRAM);
    await clone.write('src/page/list/row.tsx', '// a row');
    await clone.write('vite-stub.mjs', VITE);
    await clone.write('calls', '');
    return clone;
  }

  async write(path: string, content: string): Promise<void> {
    await writeFile(join(this.root, path), content);
  }

  async append(path: string, content: string): Promise<void> {
    await appendFile(join(this.root, path), content);
  }

  /** The stand-ins that were called since the last look: `npm`, `prisma`, `vite`. */
  async calls(): Promise<string[]> {
    const text = await readFile(join(this.root, 'calls'), 'utf8');
    await this.write('calls', '');
    return text.split('\n').flatMap((line) => line.split(' ')[0] || []);
  }

  run(args: string[], environment: Record<string, string> = {}, program = 'program.ts'): Run {
    const { npm_lifecycle_event: _, ...inherited } = process.env;
    const child = spawn(process.execPath, ['scripts/run.mjs', program, ...args], {
      cwd: this.root,
      env: { ...inherited, npm_execpath: join(this.root, 'npm-cli.js'), ...environment },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk;
      });
    }
    const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
    return { child, output: () => output, ended };
  }
}

/** A lock with one package for this system, and one for another that npm leaves out. */
export function lockOf(version: string): string {
  return JSON.stringify({ packages: { '': {}, 'node_modules/pg': { version } } });
}
