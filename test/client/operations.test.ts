import { readFile } from 'node:fs/promises';
import {
  createClient,
  ExecutionEndedError,
  InvalidInputError,
  NotFoundError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
  UnreachableError,
} from '@holdpoint/client';
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';
import { recordingServer } from './recordingServer.ts';

const service = await testService();

const graph = { graphId: 'mailer', graphVersion: 1 };
const ask = (nodeExecId: string) => ({
  nodeExecId,
  graphExecId: 'run-1',
  ...graph,
  nodeId: 'send',
  payload: { to: 'a' },
});

it('has a method for every operation of the API', async () => {
  const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
  const { holdpoint } = await clientsOf(service);
  for (const type of [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]) {
    for (const name of Object.keys(type?.getFields() ?? {})) {
      expect(holdpoint[name as keyof typeof holdpoint], name).toBeTypeOf('function');
    }
  }
});

it('throws each error type of the API as a class of the same name', async () => {
  const { user, holdpoint, human } = await clientsOf(service);
  await holdpoint.requestReview({ ...ask('a'), editable: false });
  const approve = { nodeExecId: 'a', decision: 'APPROVE' as const };

  await expect(human.decideReviews({ decisions: [] })).rejects.toMatchObject({
    constructor: InvalidInputError,
    issues: [{ path: 'input.decisions', message: expect.any(String) }],
  });
  await expect(
    human.decideReviews({ decisions: [{ ...approve, nodeExecId: 'no' }] }),
  ).rejects.toMatchObject({ constructor: NotFoundError, ids: ['no'] });
  await expect(
    human.decideReviews({ decisions: [{ ...approve, payload: { to: 'b' } }] }),
  ).rejects.toMatchObject({ constructor: ReviewNotEditableError, nodeExecIds: ['a'] });
  const self = service.as({ user, actor: 'agent' });
  const selfish = createClient({ url: service.url, token: await self.token });
  await expect(selfish.decideReviews({ decisions: [approve] })).rejects.toMatchObject({
    constructor: SelfApprovalError,
    nodeExecIds: ['a'],
  });
  await human.decideReviews({ decisions: [approve] });
  await expect(
    human.decideReviews({ decisions: [{ ...approve, decision: 'REJECT' }] }),
  ).rejects.toMatchObject({
    constructor: ReviewConflictError,
    reviews: [{ nodeExecId: 'a', status: 'APPROVED' }],
  });
  await holdpoint.registerExecution({ graphExecId: 'run-1', ...graph, status: 'COMPLETED' });
  await expect(holdpoint.requestReview(ask('b'))).rejects.toMatchObject({
    constructor: ExecutionEndedError,
    status: 'COMPLETED',
  });
});

it('returns what the API returns', async () => {
  const { user, holdpoint, human } = await clientsOf(service);
  expect(await human.viewer()).toMatchObject({ userId: user, actor: 'reviewer' });
  const { review } = await holdpoint.requestReview(ask('a'));
  expect(review?.status).toBe('WAITING');
  expect(await human.hasPendingReviews('run-1')).toBe(true);
  expect((await human.pendingReviewsForExecution({ graphExecId: 'run-1' })).totalCount).toBe(1);
  expect(await human.pendingReview('a')).toMatchObject({ payload: { to: 'a' } });
  expect(await human.graphExecution('run-1')).toMatchObject({ status: 'RUNNING' });
  await expect(holdpoint.checkApproval(ask('a') as never)).rejects.toThrow('"payload"');
  const { approvedCount, autoApprovals } = await human.decideReviews({
    decisions: [{ nodeExecId: 'a', decision: 'APPROVE', autoApproveFuture: true }],
  });
  expect([approvedCount, autoApprovals.length]).toEqual([1, 1]);
  expect(await human.autoApprovals('run-1')).toMatchObject([{ nodeId: 'send', active: true }]);
  await human.revokeAutoApproval({ graphExecId: 'run-1', nodeId: 'send' });
  expect(await human.autoApprovals('run-1')).toMatchObject([{ active: false }]);
  const step = { nodeExecId: 'a', nodeId: 'send', graphExecId: 'run-1' };
  expect(await holdpoint.checkApproval(step)).toMatchObject({
    status: 'APPROVED',
    processed: true,
  });
  await holdpoint.requestReview(ask('b'));
  expect(await holdpoint.deleteReview({ nodeExecId: 'b' })).toMatchObject({ deletedCount: 1 });
});

it('follows events, and new reviews with their exact payloads', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const added = human.pendingReviewAdded({ after: '0' });
  const events = human.reviewEvents({ after: '0', nodeExecIds: ['b'] });
  for (const id of ['a', 'b']) await holdpoint.requestReview(ask(id));
  expect((await added.next()).value).toMatchObject({ review: { nodeExecId: 'a' } });
  expect((await added.next()).value).toMatchObject({ review: { nodeExecId: 'b' }, cursor: '2' });
  expect((await events.next()).value).toMatchObject({ nodeExecId: 'b', kind: 'REQUESTED' });
  await Promise.all([added.return(), events.return()]);

  const stop = new AbortController();
  const live = human.reviewEvents({ signal: stop.signal });
  const next = live.next();
  await holdpoint.requestReview(ask('c'));
  stop.abort();
  await next;
  expect((await live.next()).done).toBe(true);
});

it('retries only operations that are safe to repeat', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  proxy.swallowAnswerTo = 'requestReview';
  expect((await holdpoint.requestReview(ask('a'))).review?.nodeExecId).toBe('a');
  expect(proxy.swallowAnswerTo).toBeNull();

  proxy.swallowAnswerTo = 'deleteReview';
  await expect(holdpoint.deleteReview({ nodeExecId: 'a' })).rejects.toThrow(UnreachableError);
  expect(await human.reviews(['a'])).toEqual([]);
});

it('retries if a review is edited while it is read', async () => {
  const { agent } = service.team();
  const token = await agent.token;
  const refusal = { message: 'changed', extensions: { code: 'REVIEW_CHANGED' } };
  const refusals = [JSON.stringify({ data: null, errors: [refusal] })];
  const server = await recordingServer(200, 'application/json', async (body) => {
    const refused = body.includes('requestReview') ? refusals.pop() : undefined;
    if (refused) return refused;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${service.url}/graphql`, { method: 'POST', body, headers });
    return response.text();
  });
  const holdpoint = createClient({ url: server.url, token });
  expect((await holdpoint.requestReview(ask('edited'))).review.nodeExecId).toBe('edited');
  expect(refusals).toEqual([]);
});

it('does not repeat a decision whose response was lost', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, reviewer } = await clientsOf(service);
  await holdpoint.requestReview(ask('a'));
  const human = createClient({ url: proxy.url, token: await reviewer.token });
  await human.viewer();
  proxy.swallowAnswerTo = 'decideReviews';
  const before = proxy.requests;
  await expect(
    human.decideReviews({ decisions: [{ nodeExecId: 'a', decision: 'APPROVE' }] }),
  ).rejects.toThrow(UnreachableError);
  expect(proxy.requests - before).toBe(1);
  expect(await holdpoint.reviews(['a'])).toMatchObject([{ status: 'APPROVED' }]);
});

it('consumes with a key, generated if none is given, so that a retry is safe', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const approved = async (nodeExecId: string) => {
    const { review } = await holdpoint.requestReview(ask(nodeExecId));
    await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
    return { nodeExecId, payloadDigest: review?.payloadDigest ?? '' };
  };
  const lost = await approved('lost');
  proxy.swallowAnswerTo = 'consumeReview';
  const { review } = await holdpoint.consumeReview({ ...lost, idempotencyKey: undefined });
  expect(proxy.swallowAnswerTo).toBeNull();
  expect(review.consumedBy).toBe('agent');
  await expect(holdpoint.consumeReview(lost)).rejects.toThrow(ReviewConflictError);

  const mine = { ...(await approved('mine')), idempotencyKey: 'mine' };
  const first = await holdpoint.consumeReview(mine);
  expect(await holdpoint.consumeReview(mine)).toEqual(first);
});

it('claims a decision with a key, so that a retry is safe', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  await holdpoint.requestReview(ask('a'));
  await human.decideReviews({ decisions: [{ nodeExecId: 'a', decision: 'REJECT' }] });
  proxy.swallowAnswerTo = 'setReviewProcessed';
  const taken = await holdpoint.setReviewProcessed({ nodeExecId: 'a', processed: true });
  expect(proxy.swallowAnswerTo).toBeNull();
  expect(taken.changed).toBe(true);
  const again = await holdpoint.setReviewProcessed({ nodeExecId: 'a', processed: true });
  expect(again.changed).toBe(false);
});
