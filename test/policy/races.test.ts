import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approve, ask } from '../support/operations.ts';
import { consume, digestOf } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { mustSet, rule, setPolicy, workspace } from './operations.ts';

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 50);

const service = await testService();
const processes = [service, await service.another(), await service.another()];

const oneProcess = fc.integer({ min: 0, max: 2 });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Odd versions allow, even ones deny. */
const rulesOf = (version: number) => [
  rule('the-rule', 'true', version % 2 === 1 ? 'ALLOW' : 'DENY', { reason: `version ${version}` }),
];
const stateUnder = (version: number) => (version % 2 === 1 ? 'APPROVED' : 'REJECTED');

it('69. a new version counts for the next request on every process', async () => {
  const { user, engineer } = workspace(service);
  const agents = processes.map((one) =>
    one.as({ user, actor: 'agent', scopes: ['review:request'] }),
  );
  const engineers = processes.map((one) =>
    one.as({ user, actor: 'pia', scopes: ['policy:manage'] }),
  );
  let version = 0;
  let asked = 0;
  const askAll = (reps: number) =>
    Promise.all(
      Array.from({ length: reps * agents.length }, (_, index) => {
        const agent = agents[index % agents.length] as (typeof agents)[number];
        return ask(agent, `step-${asked++}`);
      }),
    );
  await mustSet(engineer, { rules: rulesOf(1), basedOnVersion: 0 });
  version = 1;
  await race(
    fc.record({ by: oneProcess, wait: fc.integer({ min: 0, max: 6 }) }),
    async ({ by, wait }) => {
      const next = version + 1;
      const author = engineers[by] as (typeof engineers)[number];
      const [during] = await Promise.all([
        askAll(3),
        later(wait).then(() => mustSet(author, { rules: rulesOf(next), basedOnVersion: version })),
      ]);
      version = next;
      for (const { state, review } of await askAll(1)) {
        expect([state, review.reviewMessage]).toEqual([
          stateUnder(next),
          expect.stringContaining(`version ${next}`),
        ]);
      }
      for (const { state, review } of during) {
        const said = Number(/version (\d+)/.exec(review.reviewMessage ?? '')?.[1]);
        expect([next - 1, next]).toContain(said);
        expect(state).toBe(stateUnder(said));
      }
    },
    ROUNDS,
  );
  const rows = await service.sql<{ version: number; status: string }>(
    `SELECT "policyVersion" AS "version", "status" FROM "PendingReview" WHERE "userId" = $1`,
    [user],
  );
  expect(rows).toHaveLength(asked);
  for (const { version, status } of rows) expect(status).toBe(stateUnder(version));
});

it('68. of versions that are saved at the same time from one version, exactly one is', async () => {
  await race(
    fc.constant(null),
    async () => {
      const { user } = workspace(service);
      const authors = processes.map((one, at) =>
        one.as({ user, actor: `pia-${at}`, scopes: ['policy:manage'] }),
      );
      const saved = await Promise.all(authors.map((author) => setPolicy(author, { rules: [] })));
      expect(saved.map(({ __typename }) => __typename).sort()).toEqual([
        'PolicyConflictError',
        'PolicyConflictError',
        'SetPolicyPayload',
      ]);
    },
    10,
  );
});

it('73. an approval is not used after a version that denies it was saved', async () => {
  const digest = digestOf('{"amount":5}');
  await race(
    fc.record({ by: oneProcess, wait: fc.integer({ min: 0, max: 6 }) }),
    async ({ by, wait }) => {
      const { user, engineer, agent, reviewer } = workspace(service);
      await ask(agent, 'step', { payload: { amount: 5 } });
      await approve(reviewer, 'step');
      const consumer = (processes[by] as (typeof processes)[number]).as({
        user,
        actor: 'agent',
        scopes: ['review:request'],
      });
      const [consumed] = await Promise.all([
        later(wait).then(() => consume(consumer, 'step', digest)),
        mustSet(engineer, { rules: rulesOf(2) }),
      ]);
      const isUsed = consumed.__typename === 'ConsumeReviewPayload';
      expect((await consume(agent, 'step', digest)).message).toMatch(
        isUsed ? /already consumed/ : /denied by rule the-rule/,
      );
    },
    ROUNDS,
  );
});
