import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Subject, subjectDigest, subjectDigestSql } from '../../src/reviews/digests.ts';
import { canonicalJson } from '../../src/reviews/fields.ts';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import {
  approve,
  ask,
  decide,
  deleteReview,
  type Review,
  readOne,
  register,
  reject,
} from '../support/operations.ts';
import { defaultDigest, digestOf } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const strict = await testService({
  database: service.database,
  config: { limits: { ...defaultLimits, requireSubjectDigest: true } },
});

const askId = '3f0c5d0e-8a53-4a7e-9c7e-0a2f4d1b6c55';
const payloadDigest = `sha256:${'ab'.repeat(32)}`;

/** A request with only the required fields. */
const plain: Subject = {
  userId: 'vectors',
  nodeExecId: 'run',
  graphExecId: 'exec',
  graphId: 'graph',
  graphVersion: 0,
  nodeId: 'node',
  instructions: null,
  editable: true,
  requestedBy: 'agent',
  consumers: [],
  expiresAt: null,
  askId,
  payloadDigest,
  headline: null,
  risk: null,
  tags: [],
  kind: 'ACTION',
  reversible: null,
  links: null,
  answerSchema: null,
  allowedDecisions: [],
};

/** The digest that the statement of a decision computes from a row. */
async function digestInSql(subject: Subject): Promise<string | undefined> {
  await service.sql('DELETE FROM "PendingReview" WHERE "userId" = $1', [subject.userId]);
  const [row] = await service.sql<{ digest: string }>(
    `INSERT INTO "PendingReview" AS r ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId",
      "instructions", "editable", "requestedBy", "consumers", "expiresAt", "askId", "payloadDigest",
      "headline", "risk", "tags", "kind", "reversible", "links", "answerSchema", "allowedDecisions", "payload")
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 'null')
    RETURNING ${subjectDigestSql('r', 'r."payloadDigest"')} AS "digest"`,
    [
      ...[subject.userId, subject.nodeExecId, subject.graphExecId, subject.graphId],
      ...[subject.graphVersion, subject.nodeId, subject.instructions, subject.editable],
      ...[subject.requestedBy, subject.consumers, subject.expiresAt, subject.askId],
      ...[subject.payloadDigest, subject.headline, subject.risk, subject.tags],
      ...[subject.kind, subject.reversible, subject.links, subject.answerSchema],
      subject.allowedDecisions,
    ],
  );
  return row?.digest;
}

/** Requests with their canonical JSON written out. */
const vectors: [string, Partial<Subject>, string][] = [
  [
    'what is absent or empty is left out',
    {},
    `{"askId":"${askId}","editable":true,"graphExecId":"exec","graphId":"graph","graphVersion":0,` +
      `"nodeExecId":"run","nodeId":"node","payloadDigest":"${payloadDigest}","requestedBy":"agent","userId":"vectors"}`,
  ],
  [
    'everything is there',
    {
      instructions: 'Goes to "all"\\',
      editable: false,
      graphVersion: 2_147_483_647,
      consumers: ['b', 'a'],
      expiresAt: new Date('2030-01-02T03:04:05.060Z'),
    },
    `{"askId":"${askId}","consumers":["b","a"],"editable":false,"expiresAt":"2030-01-02T03:04:05.060Z",` +
      `"graphExecId":"exec","graphId":"graph","graphVersion":2147483647,"instructions":"Goes to \\"all\\"\\\\",` +
      `"nodeExecId":"run","nodeId":"node","payloadDigest":"${payloadDigest}","requestedBy":"agent","userId":"vectors"}`,
  ],
  [
    'empty text is not absent, and control characters are escaped as RFC 8785 has it',
    { instructions: '', nodeId: '\b\t\n\f\r\u0001\u001f\u007f\u2028é😀' },
    `{"askId":"${askId}","editable":true,"graphExecId":"exec","graphId":"graph","graphVersion":0,"instructions":"",` +
      '"nodeExecId":"run","nodeId":"\\b\\t\\n\\f\\r\\u0001\\u001f\u007f\u2028é😀",' +
      `"payloadDigest":"${payloadDigest}","requestedBy":"agent","userId":"vectors"}`,
  ],
];

it.each(vectors)(
  'the digest of a known request is the same: %s',
  async (_name, more, canonical) => {
    const subject = { ...plain, ...more };
    expect(subjectDigest(subject)).toBe(digestOf(canonical));
    expect(await digestInSql(subject)).toBe(digestOf(canonical));
  },
);

it('TypeScript and SQL compute the same subject digest for any request', async () => {
  const text = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('"', '\\', '/', '{', ',', '\n', '\u001b', '\u2029', 'ü') }),
      fc.constantFrom(' ', 'null', 'NULL', '{}', '\u00a0', '\ufeff', '\u202e', "'; --"),
    )
    .filter((value) => value.isWellFormed() && !value.includes('\0'));
  const name = text.filter((value) => value !== '');
  const subject = fc.record({
    userId: fc.constant('any'),
    nodeExecId: name,
    graphExecId: name,
    graphId: name,
    graphVersion: fc.nat({ max: 2_147_483_647 }),
    nodeId: name,
    instructions: fc.option(text),
    editable: fc.boolean(),
    requestedBy: name,
    consumers: fc.array(text, { maxLength: 4 }),
    expiresAt: fc.option(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    ),
    askId: fc.uuid(),
    payloadDigest: fc.constant(payloadDigest),
    headline: fc.option(text),
    risk: fc.option(fc.constantFrom('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    tags: fc.array(text, { maxLength: 4 }),
    kind: fc.constantFrom('ACTION', 'QUESTION'),
    reversible: fc.option(fc.boolean()),
    links: fc.option(
      fc.array(fc.record({ title: text, url: text }), { minLength: 1 }).map(canonicalJson),
    ),
    answerSchema: fc.option(
      fc.dictionary(text, fc.double({ noNaN: true, noDefaultInfinity: true })).map(canonicalJson),
    ),
    allowedDecisions: fc.subarray(['APPROVE', 'REJECT', 'ANSWER', 'REQUEST_CHANGES']),
  });
  await fc.assert(
    fc.asyncProperty(subject, async (any) => {
      expect(await digestInSql(any)).toBe(subjectDigest(any));
    }),
    { numRuns: 100 },
  );
});

it('the response to a request has the same subject digest as later reads', async () => {
  const { agent, reviewer } = service.team();
  for (const [at, more] of [
    {},
    { instructions: 'a\u0007b "c" 😀', consumers: ['b', 'a', 'b'], editable: false },
    { expiresAt: '2099-01-01T00:00:00+02:00', nodeId: 'nöde', graphVersion: 7 },
    { expiresAt: '9999-12-31T23:59:59.999Z' },
    // Too large to be read together with the review.
    { payload: 'x'.repeat(50_000) },
  ].entries()) {
    const { review } = await ask(agent, `run-${at}`, more);
    const { subjectDigest } = await readOne(reviewer, `run-${at}`);
    expect(review.subjectDigest).toBe(subjectDigest);
    expect(await approve(reviewer, `run-${at}`, { subjectDigest })).toMatchObject({
      approvedCount: 1,
    });
  }
});

it('every request has its own subject digest, and a repeated request keeps it', async () => {
  const { agent } = service.team();
  const seen = new Set<string>();
  for (let time = 0; time < 5; time++) {
    const { review } = await ask(agent, 'run');
    expect((await ask(agent, 'run')).review.subjectDigest).toBe(review.subjectDigest);
    seen.add(review.subjectDigest);
    await deleteReview(agent, 'run');
  }
  expect(seen.size).toBe(5);
});

it('an edit changes the subject digest, and a decision without an edit does not', async () => {
  const { agent, reviewer } = service.team();
  for (const [id, more, isSame] of [
    ['as it is', {}, true],
    ['the same data', { payload: { of: 'the same data' } }, true],
    ['edited', { payload: 'edit' }, false],
    ['rejected with an edit', { payload: 'edit', decision: 'REJECT' }, false],
  ] as const) {
    const { review } = await ask(agent, id);
    const { subjectDigest } = review;
    const decision = { nodeExecId: id, decision: 'APPROVE', subjectDigest, ...more };
    expect(await decide(reviewer, [decision])).toMatchObject({
      __typename: 'DecideReviewsPayload',
    });
    const after = await readOne(reviewer, id);
    expect(after.subjectDigest === subjectDigest, id).toBe(isSame);
    // A repeated decision still names the subject seen the first time, and gets the same response.
    expect(await decide(reviewer, [decision])).toMatchObject({
      __typename: 'DecideReviewsPayload',
      reviews: [{ subjectDigest: after.subjectDigest }],
    });
  }
});

it('changing a payload in the database changes the subject digest, even when it is changed back', async () => {
  const { user, agent, reviewer } = service.team();
  const seen = [(await ask(agent, 'run')).review.subjectDigest];
  for (const payload of ['{"by":"hand"}', '{"of":"run"}']) {
    const sql = 'UPDATE "PendingReview" SET "payload" = $2 WHERE "userId" = $1';
    await service.sql(sql, [user, payload]);
    seen.push((await readOne(reviewer, 'run')).subjectDigest);
  }
  expect(new Set(seen).size).toBe(3);
  for (const subjectDigest of seen.slice(0, 2)) {
    expect(await approve(reviewer, 'run', { subjectDigest })).toMatchObject({
      __typename: 'ReviewConflictError',
      message:
        'Review run has changed since you read it, or the digest is wrong. Read it again, then decide',
    });
  }
  // The row has no stored digest; it is computed when the review is decided.
  expect(await approve(reviewer, 'run', { subjectDigest: seen[2] })).toMatchObject({
    approvedCount: 1,
  });
});

it.each([
  `"nodeId" = 'other'`,
  `"graphExecId" = 'other'`,
  `"graphId" = 'other'`,
  `"graphVersion" = 2`,
  `"instructions" = 'other'`,
  `"instructions" = NULL`,
  `"editable" = false`,
  `"requestedBy" = 'other'`,
  `"consumers" = '{}'`,
  `"consumers" = '{a,c}'`,
  `"consumers" = '{b,a}'`,
  `"expiresAt" = NULL`,
  `"expiresAt" = "expiresAt" + interval '1 ms'`,
  `"askId" = gen_random_uuid()`,
])('changing a single column in the database changes the subject digest: %s', async (change) => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run', {
    instructions: 'Look',
    consumers: ['a', 'b'],
    expiresAt: '2099-01-01T00:00:00.000Z',
  });
  const { subjectDigest } = await readOne(reviewer, 'run');
  await service.sql(`UPDATE "PendingReview" SET ${change} WHERE "userId" = $1`, [user]);
  for (const more of [{}, { payload: { of: 'run' } }]) {
    expect(await approve(reviewer, 'run', { subjectDigest, ...more })).toMatchObject({
      __typename: 'ReviewConflictError',
    });
  }
  const now = await readOne(reviewer, 'run');
  expect(await approve(reviewer, 'run', { subjectDigest: now.subjectDigest })).toMatchObject({
    approvedCount: 1,
  });
});

it('a decision with a subjectDigest only applies to that subject, alone and in a batch', async () => {
  const { agent, reviewer } = service.team();
  const subjects = new Map<string, string>();
  for (const id of ['one', 'two', 'three']) {
    subjects.set(id, (await ask(agent, id)).review.subjectDigest);
  }
  const decision = (id: string, subjectOf: string, more = {}) => ({
    nodeExecId: id,
    decision: 'APPROVE',
    subjectDigest: subjects.get(subjectOf),
    ...more,
  });
  for (const more of [
    {},
    { payload: 'edit' },
    { decision: 'REJECT' },
    { autoApproveFuture: true },
  ]) {
    for (const others of [[], [decision('two', 'two'), decision('three', 'three')]]) {
      expect(await decide(reviewer, [...others, decision('one', 'two', more)])).toMatchObject({
        __typename: 'ReviewConflictError',
        reviews: [{ nodeExecId: 'one', status: 'WAITING' }],
      });
    }
  }
  for (const id of subjects.keys()) expect((await readOne(agent, id)).status).toBe('WAITING');
  expect(
    await decide(reviewer, [decision('one', 'one'), decision('two', 'two', { payload: 'edit' })]),
  ).toMatchObject({ approvedCount: 2 });
  expect(await reject(reviewer, 'three', { subjectDigest: subjects.get('three') })).toMatchObject({
    rejectedCount: 1,
  });
});

it('an invalid subjectDigest is refused with its path', async () => {
  const { agent, reviewer } = service.team();
  const { review } = await ask(agent, 'run');
  const { subjectDigest: real } = review as Review;
  for (const subjectDigest of ['', 'sha256:12', real.toUpperCase(), `${real} `, 'run']) {
    expect(await approve(reviewer, 'run', { subjectDigest })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'input.decisions.0.subjectDigest' }],
    });
  }
});

it('if subjectDigest is required, each decision without one is refused with its path, and nothing is decided', async () => {
  const { user, agent } = service.team();
  const reviewer = strict.as({ user, actor: 'reviewer', scopes: ['review:decide'] });
  const subjects: string[] = [];
  for (const id of ['one', 'two', 'three'])
    subjects.push((await ask(agent, id)).review.subjectDigest);
  const [one, two] = subjects;
  for (const subjectDigest of [undefined, null]) {
    for (const decision of ['APPROVE', 'REJECT']) {
      expect(
        await decide(reviewer, [
          { nodeExecId: 'one', decision, subjectDigest },
          { nodeExecId: 'two', decision, subjectDigest: two },
          // The payload digest is not enough.
          { nodeExecId: 'three', decision, payloadDigest: defaultDigest('three') },
        ]),
      ).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [
          { path: 'input.decisions.0.subjectDigest' },
          { path: 'input.decisions.2.subjectDigest' },
        ],
      });
    }
  }
  for (const id of ['one', 'two', 'three'])
    expect((await readOne(agent, id)).status).toBe('WAITING');
  expect(await approve(reviewer, 'one', { subjectDigest: one })).toMatchObject({
    approvedCount: 1,
  });
});

it('a repeated decision with an edit is accepted for the review that it edited, and for no other', async () => {
  const { user, agent, reviewer } = service.team();
  const second = service.as({ user, actor: 'second', scopes: ['review:decide'] });
  await register(agent, 'exec');
  const { review } = await ask(agent, 'run', { payload: 'asked' });
  const edit = { payload: 'edit', subjectDigest: review.subjectDigest, autoApproveFuture: true };
  expect((await approve(reviewer, 'run', edit)).autoApprovals).toHaveLength(1);
  expect((await approve(reviewer, 'run', edit)).autoApprovals).toHaveLength(1);
  // Another reviewer who made the same edit is accepted as well, since the digest of the subject
  // before the edit is no longer known.
  await ask(agent, 'run-2', { payload: 'asked', nodeId: 'other' });
  const looked = await readOne(reviewer, 'run-2');
  await approve(reviewer, 'run-2', { payload: 'edit' });
  expect(
    await approve(second, 'run-2', { ...edit, subjectDigest: looked.subjectDigest }),
  ).toMatchObject({ __typename: 'DecideReviewsPayload', autoApprovals: [] });
});
