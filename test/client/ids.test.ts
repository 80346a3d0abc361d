import { copilotNode, copilotSession, copilotStep, payloadDigest, stepId } from '@holdpoint/client';
import { expect, it } from 'vitest';
import { nodeIdOfSynthetic } from '../../src/reviews/copilotIds.ts';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';

const service = await testService();

it('makes copilot ids that the service can parse', () => {
  expect(copilotSession('7')).toBe('copilot-session-7');
  expect(copilotNode('a:b')).toBe('copilot-node-a:b');
  expect(copilotStep('a:b', '1f')).toBe('copilot-node-a:b:1f');
  expect(nodeIdOfSynthetic(copilotStep('a:b'))).toBe(copilotNode('a:b'));
  expect(copilotStep('a')).not.toBe(copilotStep('a'));
  expect(() => copilotStep('a', 'b:c')).toThrow('run: must not contain a colon');
});

it('makes the same id for the same step, and different ids for different steps', async () => {
  const step = { execution: 'run-1', node: 'send', arguments: { to: 'a', cc: 'b' } };
  const id = await stepId(step);
  expect(id).toMatch(/^send:[0-9a-f]{32}$/);
  expect(await stepId({ ...step, arguments: { cc: 'b', to: 'a' } })).toBe(id);
  for (const other of [
    { ...step, execution: 'run-2' },
    { ...step, node: 'sen' },
    { ...step, arguments: { to: 'a', cc: 'c' } },
    { ...step, arguments: { to: 'a' } },
    { ...step, call: 'call-1' },
  ]) {
    expect(await stepId(other)).not.toBe(id);
  }
});

it('makes copilot ids for steps of a copilot session', async () => {
  const id = await stepId({ execution: copilotSession('7'), node: 'send', arguments: null });
  expect(nodeIdOfSynthetic(id)).toBe('copilot-node-send');
});

it('refuses a node name that is too long for an id', async () => {
  const node = 'n'.repeat(201);
  await expect(stepId({ execution: 'r', node, arguments: 1 })).rejects.toThrow('node: must have');
});

it('computes the same digest as the service', async () => {
  const { holdpoint } = await clientsOf(service);
  for (const [number, payload] of [
    { b: 1, a: [1.5, 1e-7, 'é', null], 10: true, 9: {} },
    'text',
    null,
    -0,
    [],
  ].entries()) {
    const { review } = await holdpoint.requestReview({
      nodeExecId: `digest-${number}`,
      graphExecId: 'run-1',
      graphId: 'agent',
      graphVersion: 1,
      payload,
    });
    expect(await payloadDigest(payload)).toBe(review?.payloadDigest);
  }
});
