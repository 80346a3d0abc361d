import type { Locator } from 'playwright-core';

/** The text of an element as a reader has it: without what is hidden, with the breaks between blocks. */
export const seen = (locator: Locator): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is asked for is what is seen
  locator.evaluate((element: unknown) => (element as { innerText: string }).innerText);
