import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  cancel,
  check,
  createAutoApproval,
  deleteReview,
  eventsOf,
  read,
  readOne,
  register,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: many agents work in one workspace, each with a token that can request reviews. A
// rogue agent uses its token on another agent's requests: it reads the payload, withdraws the
// request, stops the run, or uses the approval itself.
//
// It fails because such a token only covers what the same agent requested. Everything else is
// treated as if it did not exist.

const service = await testService();
const transports = ['subscribe', 'subscribeSse'] as const;

const secret = { payload: { iban: 'DE02120300000000202051' }, instructions: 'For Mr. Secret' };

/** Everything that a client gets from every query. */
async function allThatIsSeen(client: TestClient): Promise<string> {
  const review = `nodeExecId payload originalPayload instructions payloadDigest subjectDigest requestedBy
    events(first: 5) { kind actor message } execution { status registeredBy autoApprovals { payload } }`;
  const page = `(first: 5) { totalCount edges { node { ${review} } } }`;
  const pageOf = (filter: string) => page.replace('(', `(${filter}, `);
  const node = (type: string, key: string) => {
    const id = Buffer.from(`${type}:${key}`).toString('base64url');
    return `node(id: "${id}") { id ... on PendingReview { ${review} } }`;
  };
  const fields = [
    `reviews(nodeExecIds: ["payment"]) { ${review} }`,
    `pendingReview(nodeExecId: "payment") { ${review} }`,
    `pendingReviews${page}`,
    `pendingReviews${pageOf('filter: { graphExecId: "exec", graphId: "graph" }')}`,
    `pendingReviewsForExecution${pageOf('graphExecId: "exec"')}`,
    `reviewsForExecution${pageOf('graphExecId: "exec"')}`,
    `reviewsByState${pageOf('state: WAITING')}`,
    'hasPendingReviews(graphExecId: "exec")',
    'graphExecution(graphExecId: "exec") { status registeredBy }',
    'autoApprovals(graphExecId: "exec") { payload createdBy }',
    node('PendingReview', 'payment'),
    node('GraphExecution', 'exec'),
    node('AutoApproval', JSON.stringify(['exec', 'node', 'graph', 1, ''])),
  ];
  const seen = [];
  for (const field of fields) seen.push(await client.query(`{ ${field} }`));
  return JSON.stringify(seen, null, 2);
}

it('an agent cannot find what another agent requested', async () => {
  const { rogue, colleague, ada } = workspace(service);
  const before = await allThatIsSeen(rogue);
  await ask(colleague, 'payment', secret);
  await createAutoApproval(ada, { nodeId: 'node', payload: secret.payload });
  // For the rogue agent nothing has changed. The agent itself and a reviewer see everything.
  expect(await allThatIsSeen(rogue)).toBe(before);
  for (const client of [colleague, ada]) {
    expect(await allThatIsSeen(client)).toContain('DE02120300000000202051');
  }
});

it.each(transports)(
  "an agent cannot follow another agent's events, live or from the beginning: %s",
  async (over) => {
    const { rogue, colleague, ada } = workspace(service);
    const documents = [
      'subscription { reviewEvents(after: "0") { kind nodeExecId review { payload } } }',
      'subscription { reviewEvents(after: "0", nodeExecIds: ["payment"]) { review { payload } } }',
      'subscription { pendingReviewAdded(after: "0", graphExecId: "exec") { review { payload } } }',
    ];
    const live = documents.map((document) => rogue[over](document));
    await ask(colleague, 'payment', secret);
    await ada[over](documents[0] as string).next();
    const late = documents.map((document) => rogue[over](document));
    const heard = await Promise.all([...live, ...late].map((feed) => feed.during(400)));
    expect(heard.flat()).toEqual([]);
  },
);

it.each(transports)(
  'an agent cannot use an ID it requested before to see the next request with that ID: %s',
  async (over) => {
    const { rogue, colleague } = workspace(service);
    await ask(rogue, 'payment');
    await deleteReview(rogue, 'payment');
    await ask(colleague, 'payment', secret);
    // It still gets its own events, but they do not show the review that has the ID now.
    const feed = rogue[over]<{ reviewEvents: unknown }>(
      'subscription { reviewEvents(after: "0") { kind actor review { payload } } }',
    );
    expect((await feed.take(2)).map(({ reviewEvents }) => reviewEvents)).toEqual([
      { kind: 'REQUESTED', actor: 'rogue', review: null },
      { kind: 'DELETED', actor: 'rogue', review: null },
    ]);
    const added = rogue[over](
      'subscription { pendingReviewAdded(after: "0") { review { payload } } }',
    );
    expect(await added.during(300)).toEqual([]);
    expect(await read(rogue, ['payment'])).toEqual([]);
    // The other agent does not see what the rogue agent did under the ID before.
    expect(await eventsOf(colleague, 'payment')).toMatchObject([
      { kind: 'REQUESTED', actor: 'colleague' },
    ]);
  },
);

it('an agent cannot withdraw a waiting request of another agent and take its place', async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'payment', secret);
  expect(await deleteReview(rogue, 'payment')).toMatchObject({ deletedCount: 0 });
  // A request with its ID is told that the ID is taken, and nothing about the request.
  const asked = await rogue.answer(
    `mutation { requestReview(input: { nodeExecId: "payment", graphExecId: "exec", graphId: "graph", graphVersion: 1 }) {
      __typename ... on ReviewConflictError { message reviews { payload } } } }`,
  );
  expect(asked.data).toEqual({
    requestReview: {
      ...conflict,
      message: "payment is the ID of another actor's request. Choose another ID",
      reviews: [],
    },
  });
  expect(await readOne(ada, 'payment')).toMatchObject({ requestedBy: 'colleague', ...secret });
});

it("an agent cannot use another agent's approval or report its outcome", async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'payment');
  await approve(ada, 'payment');
  const notFound = { __typename: 'NotFoundError', ids: ['payment'] };
  expect(await consume(rogue, 'payment', defaultDigest('payment'))).toMatchObject(notFound);
  expect(await setProcessed(rogue, 'payment')).toMatchObject(notFound);
  expect(await check(rogue, { nodeExecId: 'payment', nodeId: 'payment' })).toBeNull();
  await consume(colleague, 'payment', defaultDigest('payment'));
  expect(await report(rogue, 'payment', 'SKIPPED')).toMatchObject(notFound);
  expect(await report(colleague, 'payment', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
});

it("an agent cannot stop or end another agent's run", async () => {
  const { rogue, colleague } = workspace(service);
  await ask(colleague, 'payment');
  expect(await cancel(rogue, 'exec')).toMatchObject({ __typename: 'NotFoundError', ids: ['exec'] });
  for (const status of ['COMPLETED', 'FAILED', 'TERMINATED', 'RUNNING']) {
    await expect(register(rogue, 'exec', { status })).rejects.toThrow(
      'was registered by another actor',
    );
  }
  // Requesting a review in it does not make it the owner.
  await ask(rogue, 'own');
  expect(await cancel(rogue, 'exec')).toMatchObject({ __typename: 'NotFoundError' });
  expect(await readOne(colleague, 'payment')).toMatchObject({ status: 'WAITING' });
});

it('a consumer of one request cannot use others', async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'shared', { consumers: ['rogue'] });
  await ask(colleague, 'payment', secret);
  expect(await read(rogue, ['shared', 'payment'])).toMatchObject([{ nodeExecId: 'shared' }]);
  expect(await deleteReview(rogue, 'shared')).toMatchObject({ deletedCount: 0 });
  await approve(ada, 'shared');
  await approve(ada, 'payment');
  expect(await consume(rogue, 'payment', defaultDigest('payment'))).toMatchObject({
    __typename: 'NotFoundError',
  });
  expect((await consume(rogue, 'shared', defaultDigest('shared'))).result).toBeTruthy();
});

it('an agent cannot use a standing approval given to another agent', async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'first', { nodeId: 'node' });
  await approve(ada, 'first', { autoApproveFuture: true });
  expect(await autoApprovals(rogue, 'exec')).toEqual([]);
  expect(await ask(rogue, 'second', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
});
