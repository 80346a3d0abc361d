import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';
import { openBrowser } from './browser.ts';
import type { TestClient } from './testClient.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A review must be shown for this long before it can be decided. */
export const LOOK_MS = 400;
/** The same for a review that the page has opened after a decision on another one. */
export const LOOK_AT_NEXT_MS = 800;

export type PageOptions = {
  path?: string;
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Prepares the page before it is opened. */
  before?(page: Page): Promise<unknown>;
  /** Further options of the browser context. */
  context?: Parameters<Browser['newContext']>[0];
};

export type ReviewerPages = {
  browser: Browser;
  /** Opens the page in its own browser context, signed in with a link as `npm start` prints it. */
  open(reviewer: TestClient, options?: PageOptions): Promise<Page>;
  /** Opens the page in its own browser context without a token. */
  openAsNobody(url: string, options?: PageOptions): Promise<Page>;
};

/** Builds the page if its sources changed. Concurrent callers share one build. */
export async function buildPage(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/prepare.mjs', '--page'], { cwd: root });
}

/**
 * The built page in a real browser, which is closed after the test file. What a test has opened is
 * closed after that test, because open pages keep following the service. Any error in the console,
 * such as a policy violation, fails the file. Call it at the top of the file.
 */
export async function reviewerPages(): Promise<ReviewerPages> {
  await buildPage();
  const browser = await openBrowser();
  const consoleErrors: string[] = [];
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    expect(consoleErrors).toEqual([]);
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
      // Browsers log failed requests, which are expected if the service is away or a token ended.
      const isOfNetwork = /Failed to load resource|WebSocket connection/.test(message.text());
      if (message.type() === 'error' && !isOfNetwork) consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => consoleErrors.push(String(error)));
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
