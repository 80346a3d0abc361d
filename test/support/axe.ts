import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * The serious and critical problems that axe finds on a page, each with its first occurrence. Focus
 * guards of dialogs are ignored: they are hidden and focusable on purpose.
 * @param rules the rules to check. Defaults to all
 */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude('[data-base-ui-focus-guard]');
  axe.options({
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
  });
  // The other mode opens a second page, only to merge the results of frames.
  axe.setLegacyMode(page.frames().length === 1);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const widths = [360, 768, 1440] as const;
const colors = ['color-contrast'];

/**
 * What axe finds on a page, and what reaches beyond its right edge: at every width, light and dark,
 * and with text of twice the size. One page is resized, as loading one for each look takes long.
 */
export async function findingsInEveryLook(page: Page, find = seriousFindings): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  const look = async (name: string, rules?: string[]) => {
    for (const one of await find(page, rules)) found.push(`${name}: ${one}`);
  };
  for (const size of ['100%', '200%']) {
    // Not a style sheet, which the page's policy refuses.
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = size;
    }, size);
    for (const width of widths) {
      await page.setViewportSize({ width, height: before?.height ?? 800 });
      const name = `${width} px, text of ${size}`;
      for (const one of await overflowing(page)) found.push(`${name}: ${one}`);
      // Widths between consist of the same parts, and so does a page with larger text.
      if ((width === 768) === (size === '200%')) await look(name);
    }
  }
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '';
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await look('dark', colors);
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
  return found;
}

/** If the page scrolls sideways, which elements are the reason. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= window.innerWidth) return [];
    const beyond = [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
      .map((one) => `<${one.tagName.toLowerCase()} class="${one.className}">`);
    return [`${root.scrollWidth} px wide because of ${beyond.slice(-3).join(' ')}`];
  });
}
