import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { identityProvider, logIn } from '../support/identityProvider.ts';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const provider = await identityProvider();
const service = await testService({ config: { signIn: provider.options() } });
await provider.register([service.url]);

const agent = service.as({ user: 'acme', actor: 'agent', scopes: ['review:request'] });
const signInLink = (page: Page) => page.getByRole('link', { name: 'Sign in', exact: true });

it('57. first sign-in', async () => {
  await provider.account('ann', { groups: ['reviewers'], name: 'Ann Lee' });
  await ask(agent, 'one');
  const page = await pages.openAsNobody(service.url);
  await signInLink(page).click();
  await logIn(page, 'ann');
  await page.locator('[data-row="one"]').waitFor();
  expect(page.url()).toBe(`${service.url}/`);
});
