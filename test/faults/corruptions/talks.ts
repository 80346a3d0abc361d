import type { GoodRun } from '../goodRun.ts';
import type { Operation } from '../history.ts';
import { type Corruption, copy, drop, first, lifeOf, operations, row } from './corruption.ts';

const promise = 'questions have one answer, and the newest revision is approved' as const;

const decisionsOn = (run: GoodRun, nodeExecId: string): Operation[] =>
  operations(run, 'decideReviews').filter(
    ({ input }) => input.decisions[0].nodeExecId === nodeExecId,
  );

/** Violations in questions, and in steps that are revised. */
export const talkCorruptions: Corruption[] = [
  [
    'a question has the answer of somebody who came too late',
    promise,
    (run) => Object.assign(row(run, 'talk-question'), { answer: 8 }),
  ],
  [
    'a question has two answers',
    promise,
    (run) => {
      const [won, late] = decisionsOn(run, 'talk-question');
      Object.assign(late ?? {}, { answer: structuredClone(won?.answer) });
    },
  ],
  [
    'a question was answered twice',
    promise,
    (run) => {
      const [answered] = lifeOf(run, 'talk-question', 'ANSWERED');
      if (answered) run.database.events.push({ ...answered });
    },
  ],
  [
    'an answer came from nowhere',
    promise,
    (run) => drop(run, ...decisionsOn(run, 'talk-question').slice(0, 1)),
  ],
  [
    'the asker was told another answer',
    promise,
    (run) => {
      const again = operations(run, 'requestReview').findLast(
        ({ input }) => input.nodeExecId === 'talk-question',
      );
      if (again?.answer?.result) again.answer.result.data = 8;
    },
  ],
  [
    'another agent was told the answer as its own',
    promise,
    (run) => {
      const again = operations(run, 'requestReview').findLast(
        ({ input }) => input.nodeExecId === 'talk-question',
      );
      if (again) copy(run, again, { actor: 'agent-1' });
    },
  ],
  [
    'an answer was consumed',
    promise,
    (run) => {
      const use = first(run, 'consumeReview', 'talk-step');
      copy(run, use, { input: { ...use.input, nodeExecId: 'talk-question' } });
    },
  ],
  [
    'a question was approved',
    promise,
    (run) => Object.assign(row(run, 'talk-question'), { status: 'APPROVED' }),
  ],
  [
    'an approval of an earlier revision counted',
    promise,
    (run) => {
      const [early, last] = decisionsOn(run, 'talk-step');
      const [decision] = last?.input.decisions ?? [];
      decision.subjectDigest = early?.input.decisions[0].subjectDigest;
    },
  ],
  [
    'a revision that was not approved was used',
    promise,
    (run) => {
      const use = first(run, 'consumeReview', 'talk-step');
      use.input.payloadDigest = first(run, 'reviseReview').input.basedOnDigest;
    },
  ],
  [
    'a step was used twice',
    promise,
    (run) => copy(run, first(run, 'consumeReview', 'talk-step'), {}),
  ],
  [
    'a step was revised after its approval',
    promise,
    (run) => {
      const [revised] = lifeOf(run, 'talk-step', 'REVISED');
      if (revised) run.database.events.push({ ...revised });
    },
  ],
  [
    'a step has more revisions than are allowed',
    promise,
    (run) => Object.assign(row(run, 'talk-step'), { revision: 11 }),
  ],
  [
    'a revision is lost',
    promise,
    (run) => {
      run.database.revisions.pop();
    },
  ],
  [
    'a revision came from nowhere',
    promise,
    (run) => drop(run, operations(run, 'reviseReview')[1] as Operation),
  ],
  [
    'another agent revised a step',
    promise,
    (run) => {
      for (const call of operations(run, 'reviseReview')) call.actor = 'agent-1';
    },
  ],
];
