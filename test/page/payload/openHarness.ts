import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sirv from 'sirv';
import { build, defaultClientConditions } from 'vite';
import { openBrowser } from '../../support/browser.ts';
import type { Said, Scene } from './harness/scene.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(project, 'node_modules/.cache');
const OLD_MS = 3_600_000;
const sources =
  'test/page/payload/harness/*,src/page/{payload,parts,styles,worker}/**/*.{ts,tsx,css},src/text/*.ts,packages/client/src/{json,approvals}/*.ts';

/** At least as strict as the policy of the page. Every test checks for violations. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types holdpoint-worker holdpoint-frame',
].join('; ');

export type Shown = {
  readonly page: Page;
  /** Errors, policy violations and requests to other hosts. */
  readonly faults: string[];
  /** The last values that the editor reported. */
  said(): Promise<Said>;
};

/** The payload components alone in a real browser, under a strict policy. */
export type Harness = {
  /** Shows a scene. The same options reuse the same browser page, as a new one takes a while. */
  show(scene: Scene, options?: BrowserContextOptions): Promise<Shown>;
  close(): Promise<void>;
};

export async function openHarness(): Promise<Harness> {
  const [built, browser] = await Promise.all([buildHarness(), openBrowser()]);
  const server = await serve(built);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened = new Map<string, Promise<Shown>>();

  async function open(options: BrowserContextOptions): Promise<Shown> {
    const context = await browser.newContext({ viewport: { width: 900, height: 800 }, ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) faults.push(`request to ${request.url()}`);
    });
    await page.goto(origin);
    await page.waitForFunction('window.show');
    return { page, faults, said: () => page.evaluate<Said>('window.said') };
  }

  return {
    async show(scene, options = {}) {
      const key = JSON.stringify(options);
      const shown = opened.get(key) ?? open(options);
      opened.set(key, shown);
      const { page, faults } = await shown;
      faults.length = 0;
      await page.evaluate(`window.show(${JSON.stringify(scene)})`);
      return shown;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(folder: string): Promise<Server> {
  const files = sirv(folder, {
    dev: false,
    setHeaders: (res) => res.setHeader('content-security-policy', policy),
  });
  const server = createServer((req, res) =>
    files(req, res, () => {
      res.statusCode = req.url === '/favicon.ico' ? 204 : 404;
      res.end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Builds the harness once per version of the sources, even if several test files ask at once. */
async function buildHarness(): Promise<string> {
  const folder = join(cache, `payload-harness-${await digestOfSources()}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(join(cache, 'payload-harness-'));
  await build({
    configFile: false,
    root: fileURLToPath(new URL('./harness', import.meta.url)),
    plugins: [react()],
    logLevel: 'error',
    resolve: { conditions: ['holdpoint-source', 'worker', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: {
      outDir: aside,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
    },
  });
  await removeOld();
  await rename(aside, folder).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** Removes old builds. A recent one may still be in use. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(cache)) {
    const place = join(cache, name);
    if (!name.startsWith('payload-harness-')) continue;
    const { mtimeMs } = await stat(place);
    if (Date.now() - mtimeMs > OLD_MS) await rm(place, { recursive: true, force: true });
  }
}

async function digestOfSources(): Promise<string> {
  // React is built for tests or for production.
  const digest = createHash('sha256').update(String(process.env['NODE_ENV']));
  const names: string[] = [];
  for await (const name of glob(`{${sources}}`, { cwd: project })) names.push(name);
  for (const name of names.sort()) digest.update(name).update(await readFile(join(project, name)));
  return digest.digest('hex').slice(0, 16);
}
