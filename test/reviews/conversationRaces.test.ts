import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approve, ask, decide, eventsOf, readOne } from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { comment, requestChanges, revise } from './talk.ts';

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 50);

const service = await testService();
const other = await service.another();

const headStart = fc.integer({ min: -5, max: 5 });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const mayChange = { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };

it('86. of an approval and a revision one wins, and what was approved is what the reviewer saw', async () => {
  await race(
    headStart,
    async (start) => {
      const { user, agent } = service.team();
      const reviewer = other.as({ user, actor: 'reviewer', scopes: ['review:decide'] });
      await ask(agent, 'r', { payload: { amount: 1 } });
      const { subjectDigest } = await readOne(reviewer, 'r');
      const [revised, approved] = await Promise.all([
        later(start).then(() => revise(agent, 'r', { amount: 1 }, { amount: 2 })),
        later(-start).then(() => approve(reviewer, 'r', { subjectDigest })),
      ]);
      const review = await readOne(reviewer, 'r');
      if (approved.__typename === 'DecideReviewsPayload') {
        expect(revised.__typename).toBe('ReviewConflictError');
        expect(review).toMatchObject({ status: 'APPROVED', payload: { amount: 1 } });
      } else {
        expect(revised.__typename).toBe('ReviseReviewPayload');
        expect(approved.__typename).toBe('ReviewConflictError');
        expect(review).toMatchObject({ status: 'WAITING', payload: { amount: 2 } });
      }
    },
    ROUNDS,
  );
});

it('84. of two revisions at once, and of two requests for changes, one counts', async () => {
  await race(
    headStart,
    async () => {
      const { user, agent, reviewer } = service.team();
      const ada = other.as({ user, actor: 'ada', scopes: ['review:decide'] });
      await ask(agent, 'r', { payload: { amount: 1 }, ...mayChange });
      const asked = await Promise.all([requestChanges(reviewer, 'r'), requestChanges(ada, 'r')]);
      for (const { __typename } of asked) expect(__typename).toBe('DecideReviewsPayload');
      const revisions = await Promise.all(
        [2, 3].map((amount) => revise(agent, 'r', { amount: 1 }, { amount })),
      );
      expect(revisions.map(({ __typename }) => __typename).sort()).toEqual([
        'ReviewConflictError',
        'ReviseReviewPayload',
      ]);
      const kinds = (await eventsOf(reviewer, 'r')).map(({ kind }) => kind);
      expect(kinds).toEqual(['REQUESTED', 'CHANGES_REQUESTED', 'REVISED']);
    },
    20,
  );
});

it('81. of many answers at once exactly one counts, and the others are told', async () => {
  await race(
    fc.constant(null),
    async () => {
      const { user, agent } = service.team();
      await ask(agent, 'q', { kind: 'QUESTION', answerSchema: { type: 'integer' } });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, number) =>
          decide(
            (number % 2 ? service : other).as({
              user,
              actor: `reviewer-${number}`,
              scopes: ['review:decide'],
            }),
            [{ nodeExecId: 'q', decision: 'ANSWER', answer: number }],
          ),
        ),
      );
      const won = answers.flatMap(({ __typename }, number) =>
        __typename === 'DecideReviewsPayload' ? number : [],
      );
      expect(won).toHaveLength(1);
      const [winner] = won;
      expect(await ask(agent, 'q', { kind: 'QUESTION', answerSchema: {} })).toMatchObject({
        result: { data: winner },
      });
    },
    10,
  );
});

it('87. comments at the same time get numbers of their own', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'r', { payload: { amount: 1 } });
  const comments = await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      comment(number % 2 ? agent : reviewer, { nodeExecId: 'r', text: `comment ${number}` }),
    ),
  );
  const ids = new Set(comments.map((added) => (added.comment as { id: string }).id));
  expect(ids.size).toBe(40);
});
