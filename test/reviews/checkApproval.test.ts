import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  check,
  createAutoApproval,
  readOne,
  reject,
  revokeAutoApproval,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('checkApproval returns the payload and message of an approval, and nothing for a rejection', async () => {
  const { agent, reviewer } = service.team();
  expect(await check(agent, { nodeExecId: 'run' })).toBeNull();
  await ask(agent, 'run');
  expect(await check(agent, { nodeExecId: 'run' })).toBeNull();
  await approve(reviewer, 'run', { payload: 'edited', message: 'fine' });
  const approved = {
    nodeExecId: 'run',
    status: 'APPROVED',
    data: 'edited',
    message: 'fine',
    processed: true,
    autoApproved: false,
  };
  const input = { nodeExecId: 'run', inputData: 'now' };
  expect(await check(agent, input)).toEqual(approved);
  // checkApproval only informs, so it does not return an approval that was claimed.
  await setProcessed(agent, 'run');
  expect(await check(agent, input)).toBeNull();

  await ask(agent, 'run-2', { nodeId: 'node' });
  await reject(reviewer, 'run-2');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  expect(await check(agent, { nodeExecId: 'run-2' })).toBeNull();
});

it('checkApproval under a standing approval returns the input or the stored payload, and changes nothing', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'waiting', { nodeId: 'node' });
  await createAutoApproval(reviewer, { nodeId: 'node', payload: { stored: 1 }, maxUses: 1 });
  const before = [await readOne(agent, 'waiting'), await autoApprovals(agent, 'exec')];
  for (const nodeExecId of ['waiting', 'unknown']) {
    expect(await check(agent, { nodeExecId, inputData: { now: 2 } })).toEqual({
      nodeExecId: 'auto_approve_exec_node',
      status: 'APPROVED',
      data: { now: 2 },
      message: 'Auto-approved (user approved all future actions for this node)',
      processed: true,
      autoApproved: true,
    });
    expect((await check(agent, { nodeExecId }))?.data).toEqual({ stored: 1 });
  }
  expect([await readOne(agent, 'waiting'), await autoApprovals(agent, 'exec')]).toEqual(before);

  expect(await check(agent, { nodeExecId: 'waiting', nodeId: 'other' })).toBeNull();
  expect(await check(agent, { nodeExecId: 'unknown', graphExecId: 'exec-2' })).toBeNull();
  await revokeAutoApproval(reviewer, 'exec', 'node');
  expect(await check(agent, { nodeExecId: 'waiting' })).toBeNull();
});

it('checkApproval accepts null as input', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  await createAutoApproval(reviewer, { nodeId: 'node', payload: 'stored' });
  expect((await check(agent, { nodeExecId: 'other', inputData: null }))?.data).toBeNull();
});

it('checkApproval does not return a consumed approval', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'once');
  await approve(reviewer, 'once');
  expect(await check(agent, { nodeExecId: 'once' })).toMatchObject({ status: 'APPROVED' });
  await consume(agent, 'once', defaultDigest('once'));
  expect(await check(agent, { nodeExecId: 'once' })).toBeNull();
});
