import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DecidedReview } from '../../../src/page/payload/outcomeText.ts';
import { type Harness, openHarness } from './openHarness.ts';
import { seen } from './seen.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

async function textOf(review: DecidedReview): Promise<string> {
  const { page } = await harness.show(
    { show: 'outcome', review },
    { locale: 'en-GB', timezoneId: 'UTC' },
  );
  const text = await seen(page.getByRole('region', { name: 'Outcome' }));
  return text.replace(/\s+/g, ' ');
}

const at = '2026-11-21T10:00:00.000Z';

test('a rejection, an expiry and a cancellation are told apart', async () => {
  const rejected = { status: 'REJECTED', reviewedAt: at, reviewMessage: 'Too early' };
  expect(await textOf({ ...rejected, decisionSource: 'REVIEWER', decidedBy: 'ann' })).toBe(
    'Rejected by ann, 21 Nov 2026, 10:00:00 Too early',
  );
  expect(await textOf({ ...rejected, decisionSource: 'EXPIRY', decidedBy: null })).toMatch(
    /^Expired: nobody decided in time, 21 Nov/,
  );
  expect(await textOf({ ...rejected, decisionSource: 'CANCELLATION', decidedBy: 'bob' })).toMatch(
    /^Cancelled with its run by bob, 21 Nov/,
  );
});

test('an approval says who gave it, whether it was edited, and its result', async () => {
  const approved = {
    status: 'APPROVED',
    decisionSource: 'REVIEWER',
    decidedBy: 'a\u202enn',
    reviewedAt: at,
  };
  const text = await textOf({
    ...approved,
    wasEdited: true,
    processed: true,
    consumedAt: at,
    consumedBy: 'mailer',
    outcome: 'FAILED',
    outcomeAt: at,
    outcomeDetail: 'SMTP 550',
  });
  expect(text).toContain('Approved by a\\u202enn');
  expect(text).toContain('The payload was edited');
  expect(text).toContain('Picked up by mailer');
  expect(text).toContain('Result: failed');
  expect(text).toContain('SMTP 550');
  expect(await textOf({ ...approved, processed: false })).toContain(
    'Not picked up by the agent yet',
  );
  expect(await textOf({ ...approved, consumedAt: at, outcome: null })).toContain(
    'No result reported yet',
  );
  expect(await textOf({ ...approved, decisionSource: 'AUTO_APPROVAL' })).toContain(
    'Approved by a standing approval',
  );
});

test('a waiting review says so', async () => {
  expect(await textOf({ status: 'WAITING' })).toBe('Waiting for a decision');
});
