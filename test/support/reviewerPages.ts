import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { openBrowser } from './browser.ts';
import type { TestClient } from './testClient.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What was shown for less than this cannot be decided yet. */
export const LOOK_MS = 400;

export type PageOptions = {
  path?: string;
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Prepares the page before it is opened. */
  before?(page: Page): Promise<unknown>;
  /** What else the browser is to be like. */
  context?: Parameters<Browser['newContext']>[0];
};

export type ReviewerPages = {
  browser: Browser;
  /** Opens the page in a browser of its own, signed in with the link that npm start would print. */
  open(reviewer: TestClient, options?: PageOptions): Promise<Page>;
  /** Opens the page in a browser of its own with no token. */
  openAsNobody(url: string, options?: PageOptions): Promise<Page>;
};

/** Builds the page where its sources changed; one build at a time, whoever asks. */
export async function buildPage(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/prepare.mjs', '--page'], { cwd: root });
}

/**
 * The built page in real browsers, closed when the file is done. Whatever a page complains of in its console, a broken
 * policy first of all, fails the file. To be called at the top of the file.
 */
export async function reviewerPages(): Promise<ReviewerPages> {
  await buildPage();
  const browser = await openBrowser();
  const complaints: string[] = [];
  afterAll(async () => {
    await browser.close();
    expect(complaints).toEqual([]);
  });

  async function newPage({
    width = 1280,
    height = 800,
    colorScheme = 'light',
    context: more,
    before,
  }: PageOptions) {
    const context: BrowserContext = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
      ...more,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    page.on('console', (message) => {
      // A service that is away, a token that has ended: the browser notes each request that failed.
      const isOfNetwork = /Failed to load resource|WebSocket connection/.test(message.text());
      if (message.type() === 'error' && !isOfNetwork) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await before?.(page);
    return page;
  }

  return {
    browser,
    async open(reviewer, options = {}) {
      const page = await newPage(options);
      const origin = new URL(reviewer.url).origin;
      await page.goto(`${origin}${options.path ?? '/'}#token=${await reviewer.token}`);
      return page;
    },
    async openAsNobody(url, options = {}) {
      const page = await newPage(options);
      await page.goto(`${url}${options.path ?? '/'}`);
      return page;
    },
  };
}
