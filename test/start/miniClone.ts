import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const prepare = fileURLToPath(new URL('../../scripts/prepare.mjs', import.meta.url));

/**
 * Stands in for npm: records the call and writes what `npm install`, Prisma or Vite would write.
 */
const NPM = `#!${process.execPath}
const { appendFileSync, cpSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const write = (path) => (mkdirSync(dirname(path), { recursive: true }), writeFileSync(path, ''));
const words = process.argv.slice(2);
const tool = words[0] === 'exec' ? words[words.indexOf('--') + 1] : 'npm';
appendFileSync('calls', tool + '\\n');
if (existsSync('npm-fails')) { console.error('npm says why'); process.exit(9); }
setTimeout(() => {
  if (tool === 'prisma') write('src/database/generated/prisma/client.ts');
  if (tool === 'vite') write('dist/page/index.html');
  if (tool !== 'npm') return;
  mkdirSync('node_modules', { recursive: true });
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
}, 200);
`;

/** Stands in for Python, and for pip and uv in the virtual environment that it makes. */
const PYTHON = `#!${process.execPath}
const { appendFileSync, cpSync, existsSync, mkdirSync } = require('node:fs');
const { basename } = require('node:path');
if (existsSync('no-python')) process.exit(1);
const tool = basename(process.argv[1]);
if (process.argv[2] === '-c') process.exit(0);
appendFileSync('calls', [tool, ...process.argv.slice(2, 4)].join(' ') + '\\n');
if (tool === 'python3') {
  mkdirSync('python/.venv/bin', { recursive: true });
  cpSync('bin/package.json', 'python/.venv/bin/package.json');
  for (const name of ['pip', 'uv']) cpSync('bin/python3', 'python/.venv/bin/' + name);
}
`;

export type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

/** A folder with the real scripts/prepare.mjs, and a stand-in for npm. */
export class MiniClone {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<MiniClone> {
    const clone = new MiniClone(await mkdtemp(join(tmpdir(), 'holdpoint-start-')));
    for (const folder of ['bin', 'scripts', 'prisma', 'src/page/list', 'python']) {
      await mkdir(join(clone.root, folder), { recursive: true });
    }
    await cp(prepare, join(clone.root, 'scripts/prepare.mjs'));
    await clone.write('package.json', '{ "type": "module" }');
    await clone.write('package-lock.json', lockOf('1.0.0'));
    await clone.write('prisma/schema.prisma', 'model A {}');
    await clone.write('src/page/list/row.tsx', '// a row');
    await clone.write('calls', '');
    await clone.write('bin/npm', NPM);
    await chmod(join(clone.root, 'bin/npm'), 0o755);
    await clone.write('python/dev-requirements.txt', 'uv==1.0.0');
    await clone.write('bin/python3', PYTHON);
    await chmod(join(clone.root, 'bin/python3'), 0o755);
    await clone.write('bin/package.json', '{ "type": "commonjs" }');
    return clone;
  }

  async write(path: string, content: string): Promise<void> {
    await writeFile(join(this.root, path), content);
  }

  async append(path: string, content: string): Promise<void> {
    await appendFile(join(this.root, path), content);
  }

  /** The tools called since the last look: `npm`, `prisma`, `vite`. */
  async calls(): Promise<string[]> {
    const text = await readFile(join(this.root, 'calls'), 'utf8');
    await this.write('calls', '');
    return text.split('\n').filter((line) => line !== '');
  }

  prepare(...args: string[]): Run {
    const child = spawn(process.execPath, ['scripts/prepare.mjs', ...args], {
      cwd: this.root,
      env: {
        ...process.env,
        PATH: [join(this.root, 'bin'), process.env['PATH']].join(delimiter),
      },
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

/** A lock file with one package for this system, and one that npm leaves out on it. */
export function lockOf(version: string): string {
  return JSON.stringify({ packages: { '': {}, 'node_modules/pg': { version } } });
}
