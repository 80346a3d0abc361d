import { createClient } from '@holdpoint/client';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  createAutoApproval,
  deleteReview,
  register,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada approves a payment on Monday. The agent keeps the approval and pays three weeks
// later, when nobody would approve it any more. Or it collects automatic approvals for a time when
// the standing approval is gone.
//
// It fails because approvals lapse: after 72 hours if a person gave them, and after one hour if a
// standing approval did.

const service = await testService();

/** Makes every approval in a workspace lapse. */
const later = (user: string, hours: number) =>
  service.sql(
    `UPDATE "PendingReview" SET "validUntil" = "validUntil" - $2 * interval '1 hour' WHERE "userId" = $1`,
    [user, hours],
  );

it('an approval cannot be used after more than three days', async () => {
  const { rogue, ada, user } = workspace(service);
  await ask(rogue, 'payment');
  await approve(ada, 'payment');
  await later(user, 71.9);
  expect(await ask(rogue, 'payment')).toMatchObject({ state: 'APPROVED' });
  await later(user, 0.2);
  for (const take of [
    () => consume(rogue, 'payment', defaultDigest('payment')),
    () => consume(rogue, 'payment', defaultDigest('payment'), 'key'),
    () => setProcessed(rogue, 'payment'),
  ]) {
    expect(await take()).toMatchObject({
      ...conflict,
      message: expect.stringContaining('Request a new review with another ID'),
    });
  }
  expect(await ask(rogue, 'payment')).toMatchObject({ state: 'VOID', result: null });
});

it('automatic approvals cannot be collected for later', async () => {
  const { rogue, ada, user } = workspace(service);
  await register(rogue, 'exec');
  await createAutoApproval(ada, { nodeId: 'pay' });
  const ids = Array.from({ length: 5 }, (_, at) => `payment-${at}`);
  for (const id of ids)
    expect(await ask(rogue, id, { nodeId: 'pay' })).toMatchObject({ state: 'APPROVED' });
  await later(user, 1);
  for (const id of ids) {
    expect(await consume(rogue, id, defaultDigest(id))).toMatchObject(conflict);
  }
});

it('a lapsed approval cannot be renewed by repeating, withdrawing or approving the request again', async () => {
  const { rogue, ada, user } = workspace(service);
  const { review } = await ask(rogue, 'payment');
  const { subjectDigest } = review;
  await approve(ada, 'payment', { subjectDigest });
  await later(user, 72);
  expect(await deleteReview(rogue, 'payment')).toMatchObject({ deletedCount: 0 });
  await ask(rogue, 'payment');
  await approve(ada, 'payment', { subjectDigest });
  expect(await consume(rogue, 'payment', defaultDigest('payment'))).toMatchObject(conflict);
});

it('the client refuses a lapsed approval and does not run the function', async () => {
  const { rogue, ada, user } = workspace(service);
  const holdpoint = createClient({ url: service.url, token: await rogue.token });
  const step = { execution: 'exec', node: 'pay', nodeExecId: 'payment', payload: { amount: 1 } };
  const onWaiting = () => void approve(ada, 'payment');
  const approval = await holdpoint.review({ ...step, onWaiting });
  expect(approval).toMatchObject({ approved: true });
  await later(user, 72);
  const paid: unknown[] = [];
  await expect(holdpoint.runOnce(approval, (data) => paid.push(data))).rejects.toMatchObject({
    outcome: { status: 'void' },
  });
  expect(await holdpoint.review(step)).toMatchObject({ approved: false, status: 'void' });
  expect(paid).toEqual([]);
});
