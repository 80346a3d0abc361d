import { createClient, ReviewConflictError } from '@holdpoint/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ask,
  autoApprovals,
  createAutoApproval,
  deleteReview,
  readOne,
  register,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada has given a standing approval to the step "read mail". The agent wants to send
// mail, which needs a review. It uses one ID for both: it first requests the harmless step, and
// then the other step with the same ID, so that the service takes the second for the first.
//
// It fails because the step is part of the request. A request with the same ID for another step is
// refused.

const service = await testService();
const other = await service.another();

const reading = { nodeId: 'read-mail', payload: { folder: 'inbox' } };
const sending = { nodeId: 'send-mail', payload: { to: 'everybody' } };
const sendingDigest = digestOf('{"to":"everybody"}');

/** Ada gives a standing approval to the step that reads mail. */
async function withStandingApproval() {
  const people = workspace(service);
  await register(people.rogue, 'exec');
  await createAutoApproval(people.ada, { nodeId: 'read-mail' });
  return people;
}

it('an agent withdraws a harmless request and requests another step with its ID', async () => {
  const { rogue, ada } = workspace(service);
  // It asks before the standing approval exists, so that the request waits and can be withdrawn.
  await ask(rogue, 'step', reading);
  await createAutoApproval(ada, { nodeId: 'read-mail' });
  expect(await deleteReview(rogue, 'step')).toMatchObject({ deletedCount: 1 });

  // The new request is shown as the step that it is, and waits for a person.
  expect(await ask(rogue, 'step', sending)).toMatchObject({
    state: 'WAITING',
    result: null,
    review: { nodeId: 'send-mail', payload: { to: 'everybody' } },
  });
  expect(await readOne(ada, 'step')).toMatchObject({ nodeId: 'send-mail' });
  expect(await consume(rogue, 'step', sendingDigest)).toMatchObject(conflict);
  expect(await autoApprovals(ada, 'exec')).toMatchObject([{ uses: 0 }]);
});

it('an agent gets a harmless step approved and requests another step with its ID', async () => {
  const { rogue } = await withStandingApproval();
  const passed = await ask(rogue, 'step', reading);
  expect(passed).toMatchObject({ state: 'APPROVED', review: { nodeId: 'read-mail' } });

  expect(await ask(rogue, 'step', sending)).toMatchObject({
    ...conflict,
    message: 'Review step was requested for step read-mail, not send-mail. Choose another ID',
    reviews: [{ nodeId: 'read-mail', payload: { folder: 'inbox' } }],
  });
  // Only the approved step can be used.
  expect(await consume(rogue, 'step', sendingDigest)).toMatchObject({
    ...conflict,
    message: expect.stringContaining('was approved with payload'),
  });
  expect(await readOne(rogue, 'step')).toEqual(passed.review);
});

it('an agent tries the same through the client, whose function does not run', async () => {
  const { rogue } = await withStandingApproval();
  const holdpoint = createClient({ url: service.url, token: await rogue.token });
  const step = { execution: 'exec', graph: 'graph', graphVersion: 1, nodeExecId: 'step' };
  const first = await holdpoint.review({ ...step, node: 'read-mail', payload: reading.payload });
  expect(first).toMatchObject({ approved: true, autoApproved: true });
  const second = holdpoint.review({ ...step, node: 'send-mail', payload: sending.payload });
  await expect(second).rejects.toThrow(ReviewConflictError);
});

it.each([
  ['of another graph', { graphId: 'other' }],
  ['of another version of the graph, in which the node does something else', { graphVersion: 2 }],
  ['in another execution', { graphExecId: 'exec-2' }],
  ['in a session of a copilot', { graphExecId: 'copilot-session-1' }],
])('an agent uses the ID of an approved step for %s', async (_what, elsewhere) => {
  const { rogue, ada } = await withStandingApproval();
  await ask(rogue, 'step', reading);
  // The step has a standing approval there as well, so with an ID of its own it would pass.
  await register(rogue, 'exec-2');
  await createAutoApproval(ada, { nodeId: 'read-mail', ...elsewhere });
  const there = { ...reading, payload: { folder: 'secret' }, ...elsewhere };
  expect(await ask(rogue, 'step', there)).toMatchObject({
    ...conflict,
    reviews: [{ graphExecId: 'exec', graphId: 'graph', graphVersion: 1, ...reading }],
  });
  expect(await ask(rogue, 'another-id', there)).toMatchObject({ state: 'APPROVED' });
});

it('an agent makes up an ID that seems to contain the harmless step', async () => {
  const { rogue, ada } = workspace(service);
  const session = { graphExecId: 'copilot-session-1' };
  await createAutoApproval(ada, { ...session, nodeId: 'copilot-node-read' });
  expect(await ask(rogue, 'copilot-node-read:1', session)).toMatchObject({ state: 'APPROVED' });
  // The ID names one step and the request another, so the service refuses it.
  expect(
    await ask(rogue, 'copilot-node-read:2', { ...session, nodeId: 'copilot-node-send' }),
  ).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'input.nodeId' }] });
  expect(
    await ask(rogue, 'copilot-node-send:1', { ...session, nodeId: 'copilot-node-read' }),
  ).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'input.nodeId' }] });
  // The step is everything before the last colon.
  for (const id of ['copilot-node-read:send:1', 'copilot-node-read ', 'Copilot-node-read:1']) {
    expect(await ask(rogue, id, session)).toMatchObject({ state: 'WAITING' });
  }
});

it('an agent requests both steps with one ID concurrently, and withdraws requests in between', async () => {
  const acts = fc.array(fc.constantFrom('read', 'send', 'take back'), {
    minLength: 10,
    maxLength: 16,
  });
  await race(acts, async (acts) => {
    const { rogue, user } = await withStandingApproval();
    const elsewhere = other.as({ user, actor: 'rogue', scopes: ['review:request'] });
    const answers = await Promise.all(
      acts.map((act, at) => {
        const client = at % 2 ? rogue : elsewhere;
        if (act === 'take back') return deleteReview(client, 'step');
        return ask(client, 'step', act === 'read' ? reading : sending);
      }),
    );
    for (const [at, answer] of answers.entries()) {
      if (!('state' in answer) || answer.state !== 'APPROVED') continue;
      expect(acts[at]).toBe('read');
      expect(answer.review).toMatchObject(reading);
    }
    // Whichever request exists now, no step that sends mail can be used.
    expect(await consume(rogue, 'step', sendingDigest)).not.toHaveProperty('result');
  });
});

it('an ID without a step is a step of its own', async () => {
  const { rogue } = await withStandingApproval();
  expect(await ask(rogue, 'read-mail:1')).toMatchObject({ state: 'WAITING' });
  // A request whose ID is the name of the step is that step, and can only be used with the payload
  // that it was made with.
  expect(await ask(rogue, 'read-mail')).toMatchObject({ state: 'APPROVED' });
  expect(await consume(rogue, 'read-mail', sendingDigest)).toMatchObject(conflict);
  expect(await consume(rogue, 'read-mail', defaultDigest('read-mail'))).toHaveProperty('result');
});
