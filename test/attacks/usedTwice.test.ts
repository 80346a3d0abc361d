import { expect, it } from 'vitest';
import { approve, ask, cancel, readOne, reject, setProcessed } from '../support/operations.ts';
import { consume, defaultDigest, digestOf, report } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada approved one refund. The agent tries to pay it out several times: it claims it,
// undoes the claim and claims it again, lets many workers claim it at once, uses both operations,
// or repeats a successful call. Others try to use the approval as well: a reviewer who edited the
// payload herself, or another agent.
//
// It fails because an approval is used once and irrevocably, in one statement, by the agent that
// requested it or a consumer named in the request, and never by the reviewer who decided.

const service = await testService();
const other = await service.another();

async function approved(id = 'refund') {
  const people = workspace(service);
  await ask(people.rogue, id);
  await approve(people.ada, id);
  return people;
}

it('a claim cannot be undone and made again', async () => {
  const { rogue } = await approved();
  expect(await setProcessed(rogue, 'refund', true)).toMatchObject({ changed: true });
  expect(await setProcessed(rogue, 'refund', false)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [
      { path: 'input.processed', message: expect.stringContaining('a claim cannot be undone') },
    ],
  });
  expect(await setProcessed(rogue, 'refund', true)).toMatchObject({ changed: false });
});

it('fifty workers on two processes claim one approval with either operation, and one succeeds', async () => {
  for (let round = 0; round < 4; round++) {
    const { rogue, user } = await approved();
    const elsewhere = other.as({ user, actor: 'rogue', scopes: ['review:request'] });
    const takers = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const worker = at % 2 ? rogue : elsewhere;
        if (at % 4 < 2) return (await setProcessed(worker, 'refund')).changed === true;
        return Boolean((await consume(worker, 'refund', defaultDigest('refund'))).result);
      }),
    );
    expect(takers.filter((took) => took)).toHaveLength(1);
  }
});

it('an approval used with one operation cannot be used with the other', async () => {
  const one = await approved();
  expect((await consume(one.rogue, 'refund', defaultDigest('refund'))).result).toBeTruthy();
  expect(await setProcessed(one.rogue, 'refund')).toMatchObject({ changed: false });
  const two = await approved();
  expect(await setProcessed(two.rogue, 'refund')).toMatchObject({ changed: true });
  expect(await consume(two.rogue, 'refund', defaultDigest('refund'))).toMatchObject({
    ...conflict,
    message: 'Review refund is already processed, without having been consumed',
  });
});

it('a successful call cannot be repeated as if its response had been lost', async () => {
  const { rogue, ada } = await approved();
  await ask(rogue, 'claimed');
  await approve(ada, 'claimed');
  const consumed = () => consume(rogue, 'refund', defaultDigest('refund'), 'key');
  const claimed = () => setProcessed(rogue, 'claimed', true, 'key');
  // The key is for lost responses: the repeated call gets the same response.
  for (let time = 0; time < 2; time++) {
    expect((await consumed()).result).toBeTruthy();
    expect(await claimed()).toMatchObject({ changed: true });
  }
  // Once it has reported the outcome, it can no longer repeat the call.
  for (const id of ['refund', 'claimed']) await report(rogue, id, 'FAILED');
  expect(await consumed()).toMatchObject(conflict);
  expect(await claimed()).toMatchObject({ changed: false });
});

it('a call cannot be repeated after its run was stopped', async () => {
  const { rogue, ada } = await approved();
  await ask(rogue, 'claimed');
  await approve(ada, 'claimed');
  expect((await consume(rogue, 'refund', defaultDigest('refund'), 'key')).result).toBeTruthy();
  expect(await setProcessed(rogue, 'claimed', true, 'key')).toMatchObject({ changed: true });
  await cancel(ada, 'exec');
  const stopped = { ...conflict, message: expect.stringContaining('exec is TERMINATED') };
  expect(await consume(rogue, 'refund', defaultDigest('refund'), 'key')).toMatchObject(stopped);
  expect(await setProcessed(rogue, 'claimed', true, 'key')).toMatchObject(stopped);
});

it('another agent can use neither an approval nor the claim of a rejection', async () => {
  const { rogue: asker, colleague: thief, ada, operator } = await approved();
  await ask(asker, 'rejected');
  await reject(ada, 'rejected');
  expect(await consume(thief, 'refund', defaultDigest('refund'))).toMatchObject({
    __typename: 'NotFoundError',
  });
  expect(await setProcessed(thief, 'rejected')).toMatchObject({ __typename: 'NotFoundError' });
  // Seeing everything does not include using it.
  const message = expect.stringContaining('was requested by rogue. Only that actor');
  expect(await consume(operator, 'refund', defaultDigest('refund'))).toMatchObject({
    ...conflict,
    message,
  });
  expect(await setProcessed(operator, 'rejected')).toMatchObject({ ...conflict, message });
  expect((await readOne(asker, 'refund')).processed).toBe(false);
});

it('a reviewer cannot use an approval of a payload that she edited herself', async () => {
  const { rogue, operator } = workspace(service);
  await ask(rogue, 'refund');
  await approve(operator, 'refund', { payload: { to: 'operator' } });
  expect(await consume(operator, 'refund', digestOf('{"to":"operator"}'))).toMatchObject(conflict);
  // If the agent names her as a consumer, she cannot decide.
  await ask(rogue, 'named', { consumers: ['operator'] });
  expect(await approve(operator, 'named', { payload: { to: 'operator' } })).toMatchObject({
    __typename: 'SelfApprovalError',
  });
});
