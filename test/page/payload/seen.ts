import type { Locator } from 'playwright-core';

/** The visible text of an element, with line breaks between blocks. */
export const seen = (locator: Locator): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: only visible text counts
  locator.evaluate((element: unknown) => (element as { innerText: string }).innerText);
