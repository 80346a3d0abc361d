import { expect, it } from 'vitest';
import {
  approve,
  ask,
  createAutoApproval,
  deleteReview,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { workspace } from './workspace.ts';

// The attack: the agent wants to hide what it requested, what was decided, or what it did. It
// deletes reviews, or requests something harmless with the same ID afterwards, so that the harmless
// request seems to be the one that was decided.
//
// It fails because the database writes an event for every change, whoever makes it, and keeps it:
// who requested what (by digest), and how, by whom and with which message it was decided. No token
// can delete a decided review.

const service = await testService();

type Event = Record<string, string | null>;

/** The record of everything that has happened in a workspace. */
async function recordOf(reader: TestClient, count: number): Promise<Event[]> {
  const feed = reader.subscribe<{ reviewEvents: Event }>(
    `subscription { reviewEvents(after: "0") {
      kind nodeExecId actor requestedBy status payloadDigest message } }`,
  );
  return (await feed.take(count)).map(({ reviewEvents }) => reviewEvents);
}

it('an agent cannot delete what a person rejected, or what it has done', async () => {
  const { rogue, ada } = workspace(service);
  for (const id of ['refused', 'done', 'failed']) await ask(rogue, id);
  await reject(ada, 'refused', { message: 'Never do that' });
  await approve(ada, 'done');
  await consume(rogue, 'done', defaultDigest('done'));
  await approve(ada, 'failed');
  await setProcessed(rogue, 'failed');
  await report(rogue, 'failed', 'FAILED');
  for (const id of ['refused', 'done', 'failed']) {
    expect(await deleteReview(rogue, id)).toMatchObject({ deletedCount: 0 });
  }
  expect(await readOne(ada, 'refused')).toMatchObject({ reviewMessage: 'Never do that' });
});

it('an agent withdraws a dangerous request and makes a harmless one with its ID, and the events show it', async () => {
  const { rogue, ada } = workspace(service);
  await ask(rogue, 'step', { payload: 'delete everything' });
  await deleteReview(rogue, 'step');
  await ask(rogue, 'step', { payload: 'list the files' });
  await approve(ada, 'step', { message: 'Of course' });
  const event = { nodeExecId: 'step', requestedBy: 'rogue' };
  const [dreadful, harmless] = [digestOf('"delete everything"'), digestOf('"list the files"')];
  const waiting = { ...event, actor: 'rogue', status: 'WAITING', message: null };
  expect(await recordOf(ada, 4)).toEqual([
    { ...waiting, kind: 'REQUESTED', payloadDigest: dreadful },
    { ...waiting, kind: 'DELETED', payloadDigest: dreadful },
    { ...waiting, kind: 'REQUESTED', payloadDigest: harmless },
    {
      ...event,
      kind: 'APPROVED',
      actor: 'ada',
      status: 'APPROVED',
      payloadDigest: harmless,
      message: 'Of course',
    },
  ]);
});

it('an agent acts on an automatically approved step without saying so, and the events show it', async () => {
  const { rogue, ada } = workspace(service);
  await register(rogue, 'exec');
  await createAutoApproval(ada, { nodeId: 'node' });
  await ask(rogue, 'step', { nodeId: 'node', payload: 'delete everything' });
  await consume(rogue, 'step', digestOf('"delete everything"'));
  expect(await deleteReview(rogue, 'step')).toMatchObject({ deletedCount: 0 });
  expect(await recordOf(ada, 2)).toMatchObject([
    { kind: 'APPROVED', actor: 'ada', payloadDigest: digestOf('"delete everything"') },
    { kind: 'PROCESSED', actor: 'rogue', payloadDigest: digestOf('"delete everything"') },
  ]);
});

it('an agent withdraws a request at the moment it is rejected, and only one of the two holds', async () => {
  for (let round = 0; round < 10; round++) {
    const { rogue, ada } = workspace(service);
    await ask(rogue, 'step');
    const [refused, deleted] = await Promise.all([
      reject(ada, 'step', { message: 'no' }),
      deleteReview(rogue, 'step'),
    ]);
    const isRefused = refused.rejectedCount === 1;
    expect(deleted.deletedCount).toBe(isRefused ? 0 : 1);
    expect((await recordOf(ada, 2))[1]).toMatchObject(
      isRefused ? { kind: 'REJECTED', message: 'no' } : { kind: 'DELETED', actor: 'rogue' },
    );
  }
});

it('a reviewer cannot use her standing approval for her own request through another agent', async () => {
  const { operator, rogue, ada } = workspace(service);
  await register(rogue, 'exec');
  await createAutoApproval(operator, { nodeId: 'node' });
  // She cannot approve it, and neither can her standing approval.
  expect(await ask(operator, 'step', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
  await deleteReview(operator, 'step');
  for (let time = 0; time < 2; time++) {
    expect(await ask(rogue, 'step', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
    await deleteReview(rogue, 'step');
  }
  // Another reviewer's standing approval would let it through.
  await ask(rogue, 'step', { nodeId: 'node' });
  await approve(ada, 'step', { autoApproveFuture: true });
  expect(await readOne(ada, 'step')).toMatchObject({ decidedBy: 'ada', requestedBy: 'rogue' });
});
