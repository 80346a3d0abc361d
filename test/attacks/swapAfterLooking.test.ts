import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import {
  approve,
  ask,
  autoApprovals,
  decide,
  deleteReview,
  readOne,
  reject,
} from '../support/operations.ts';
import { defaultDigest, readOutcome } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada looks at a request and finds it fine. Before she clicks, the agent withdraws it
// and requests something else with the same ID, so that she approves what she has never seen.
//
// It fails because a decision names its subject: a digest of everything that was requested, and of
// an ID that is new for each request. Her page read it with the request and sends it with the
// decision, and the statement that decides compares it with the current review.

const service = await testService();
const other = await service.another();
const production = await testService({
  database: service.database,
  config: { limits: { ...defaultLimits, requireSubjectDigest: true } },
});

const harmless = {
  nodeId: 'read-mail',
  graphExecId: 'exec',
  graphId: 'graph',
  graphVersion: 1,
  payload: { folder: 'inbox' },
  instructions: 'To answer a question',
  consumers: ['worker'],
  expiresAt: '2099-01-01T00:00:00.000Z',
};

const changed = {
  message:
    'Review step has changed since you read it, or the digest is wrong. Read it again, then decide',
  ...conflict,
};

it.each([
  ['another payload', { payload: { folder: 'secret' } }],
  ['another node', { nodeId: 'send-mail' }],
  ['another execution', { graphExecId: 'exec-2' }],
  ['another graph', { graphId: 'other' }],
  ['another version of the graph', { graphVersion: 2 }],
  ['other instructions', { instructions: 'To delete it all' }],
  ['no instructions', { instructions: null }],
  ['other consumers', { consumers: ['rogue-2'] }],
  ['more time', { expiresAt: '2099-01-02T00:00:00.000Z' }],
  ['another right to edit', { editable: false }],
  ['the very same once more', {}],
])(
  'a decision does not apply to a request that was replaced by one with %s',
  async (_what, swap) => {
    const { rogue, ada } = workspace(service);
    await ask(rogue, 'step', harmless);
    const { subjectDigest } = await readOne(ada, 'step');
    await deleteReview(rogue, 'step');
    await ask(rogue, 'step', { ...harmless, ...swap });

    for (const more of [{}, { autoApproveFuture: true }, { payload: { folder: 'edited' } }]) {
      expect(await approve(ada, 'step', { subjectDigest, ...more })).toMatchObject(changed);
    }
    expect(await reject(ada, 'step', { subjectDigest })).toMatchObject(changed);
    expect(await readOne(rogue, 'step')).toMatchObject({ status: 'WAITING', wasEdited: null });
    // She looks again, and decides about what she sees now.
    const seen = await readOne(ada, 'step');
    expect(await reject(ada, 'step', { subjectDigest: seen.subjectDigest })).toMatchObject({
      rejectedCount: 1,
    });
  },
);

it('the payload digest alone would not detect all but one of those replacements', async () => {
  const { rogue, ada } = workspace(service);
  await ask(rogue, 'step', harmless);
  const before = { ...(await readOutcome(ada, 'step')), ...(await readOne(ada, 'step')) };
  await deleteReview(rogue, 'step');
  await ask(rogue, 'step', { ...harmless, nodeId: 'send-mail' });
  const after = { ...(await readOutcome(ada, 'step')), ...(await readOne(ada, 'step')) };
  expect(after.payloadDigest).toBe(before.payloadDigest);
  expect(after.subjectDigest).not.toBe(before.subjectDigest);
});

it("a decision does not apply to another agent's request with the same ID", async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'step', harmless);
  const { subjectDigest } = await readOne(ada, 'step');
  await deleteReview(colleague, 'step');
  await ask(rogue, 'step', harmless);
  expect(await approve(ada, 'step', { subjectDigest })).toMatchObject(changed);
});

it('no decision of a batch applies if one of its ten requests was replaced', async () => {
  const { rogue, ada } = workspace(service);
  const ids = Array.from({ length: 10 }, (_, at) => `step-${at}`);
  const decisions = [];
  for (const nodeExecId of ids) {
    const { review } = await ask(rogue, nodeExecId, harmless);
    decisions.push({ nodeExecId, decision: 'APPROVE', subjectDigest: review.subjectDigest });
  }
  await deleteReview(rogue, 'step-7');
  await ask(rogue, 'step-7', { ...harmless, nodeId: 'send-mail' });
  expect(await decide(ada, decisions)).toMatchObject({
    ...conflict,
    reviews: [{ nodeExecId: 'step-7', nodeId: 'send-mail' }],
  });
  for (const id of ids) expect((await readOne(ada, id)).status).toBe('WAITING');
});

it('decisions never apply to a replaced request while reviewers decide as fast as they can', async () => {
  const rounds = fc.record({
    swaps: fc.integer({ min: 4, max: 10 }),
    pauseMs: fc.nat({ max: 6 }),
  });
  await race(
    rounds,
    async ({ swaps, pauseMs }) => {
      const { user, rogue, ada } = workspace(service);
      const bea = other.as({ user, actor: 'bea', scopes: ['review:decide'] });
      const steps = [harmless, { ...harmless, nodeId: 'send-mail' }] as const;
      await ask(rogue, 'step', steps[0]);
      let isOver = false;
      const swapping = (async () => {
        for (let at = 1; at <= swaps; at++) {
          await deleteReview(rogue, 'step');
          await ask(rogue, 'step', steps[at % 2]);
          await pause(pauseMs);
        }
        isOver = true;
      })();
      /** Approves reading steps only, as seen. @returns whether the decision took effect */
      const clicking = async (reviewer: typeof ada): Promise<boolean> => {
        for (;;) {
          const wasOver = isOver;
          const seen = await readOne(reviewer, 'step').catch(() => null);
          if (seen?.nodeId === 'read-mail') {
            const { subjectDigest } = seen;
            const answer = await approve(reviewer, 'step', { subjectDigest });
            if (answer.__typename === 'DecideReviewsPayload') return true;
          }
          if (wasOver) return false;
        }
      };
      const clicked = await Promise.all([clicking(ada), clicking(bea)]);
      await swapping;
      const { status, nodeId } = await readOne(ada, 'step');
      if (clicked.includes(true)) expect([status, nodeId]).toEqual(['APPROVED', 'read-mail']);
      else expect(status).toBe('WAITING');
    },
    8,
  );
});

it("a late decision is no repetition of another reviewer's approval of the replaced request", async () => {
  const { rogue, ada, bea } = workspace(service);
  const { review } = await ask(rogue, 'step', harmless);
  await deleteReview(rogue, 'step');
  await ask(rogue, 'step', { ...harmless, nodeId: 'send-mail' });
  await approve(bea, 'step');
  // Ada approved reading, and all future reading. That must not count as an approval of all future
  // sending. Her page sends the payload as she saw it, which is the same for both.
  for (const payload of [undefined, harmless.payload]) {
    const late = { subjectDigest: review.subjectDigest, autoApproveFuture: true, payload };
    expect(await approve(ada, 'step', late)).toMatchObject(conflict);
  }
  expect(await autoApprovals(ada, 'exec')).toEqual([]);
  expect(await ask(rogue, 'step-2', { ...harmless, nodeId: 'send-mail' })).toMatchObject({
    state: 'WAITING',
  });
});

it('in production, a decision without a subject is refused', async () => {
  const { rogue, user } = workspace(service);
  const ada = production.as({ user, actor: 'ada', scopes: ['review:decide'] });
  const { review } = await ask(rogue, 'step');
  for (const more of [{}, { payloadDigest: defaultDigest('step') }, { subjectDigest: null }]) {
    expect(await approve(ada, 'step', more)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [
        {
          path: 'input.decisions.0.subjectDigest',
          message: expect.stringContaining('is required: send the subjectDigest'),
        },
      ],
    });
  }
  const { subjectDigest } = review;
  expect(await approve(ada, 'step', { subjectDigest })).toMatchObject({ approvedCount: 1 });
});
