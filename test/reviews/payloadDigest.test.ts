import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approve, ask, decide, eventsOf, readOne, reject } from '../support/operations.ts';
import { defaultDigest, digestOf, readOutcome } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** Inserts a review in SQL with exactly this payload text; a client would round its numbers. */
const insertRaw = async (user: string, nodeExecId: string, payload: string) => {
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy") VALUES ($1, $2, 'exec', 'graph', 1, $2, $3, 'agent')`,
    [user, nodeExecId, payload],
  );
};

it('the payload digest hashes canonical JSON (RFC 8785): sorted keys, numbers as doubles, no whitespace', async () => {
  const { agent } = service.team();
  const examples: [unknown, string][] = [
    [null, 'null'],
    ['€', '"€"'],
    [[], '[]'],
    [{ b: 1, a: [true, { d: 2, c: null }] }, '{"a":[true,{"c":null,"d":2}],"b":1}'],
    [{ '10': 1, '9': 2, é: 3, z: 4 }, '{"10":1,"9":2,"z":4,"é":3}'],
    [{ text: '\u000f\n"\\/' }, '{"text":"\\u000f\\n\\"\\\\/"}'],
    [[1e21, 1e-7, 0.002, 333333333.3333333], '[1e+21,1e-7,0.002,333333333.3333333]'],
    [JSON.parse('{"__proto__":1,"toJSON":2}'), '{"__proto__":1,"toJSON":2}'],
    // Keys are sorted by UTF-16 code units: the emoji's first half sorts before the last letter.
    [{ '\ufb33': 1, '😀': 2, '\u20ac': 3 }, '{"\u20ac":3,"😀":2,"\ufb33":1}'],
  ];
  for (const [at, [payload, canonical]] of examples.entries()) {
    await ask(agent, `run-${at}`, { payload });
    expect((await readOutcome(agent, `run-${at}`)).payloadDigest).toBe(digestOf(canonical));
  }
});

it('key order and number spelling do not change the payload digest', async () => {
  const { user, agent } = service.team();
  await insertRaw(user, 'plain', '{"a":1,"b":[100,-0,0.1]}');
  for (const [at, text] of [
    '{"b":[1e2,0,0.10],"a":1.0}',
    '{ "b" : [100.0, 0.0, 1e-1],\n"a":1 }',
  ].entries()) {
    await insertRaw(user, `other-${at}`, text);
    expect((await readOutcome(agent, `other-${at}`)).payloadDigest).toBe(
      (await readOutcome(agent, 'plain')).payloadDigest,
    );
  }
});

it('the stored payload digest equals the computed one for any payload', async () => {
  const { user, agent } = service.team();
  const sent = fc.jsonValue({ maxDepth: 4 }).filter((value) => {
    const text = JSON.stringify(value);
    return text.isWellFormed() && !text.includes('\\u0000') && !text.includes('\\ud');
  });
  let at = 0;
  await fc.assert(
    fc.asyncProperty(sent, async (payload) => {
      const id = `run-${at++}`;
      if ((await ask(agent, id, { payload })).__typename !== 'RequestReviewPayload') return;
      const { payloadDigest } = await readOutcome(agent, id);
      await service.sql(
        'UPDATE "PendingReview" SET "payloadDigest" = NULL WHERE "userId" = $1 AND "nodeExecId" = $2',
        [user, id],
      );
      expect((await readOutcome(agent, id)).payloadDigest).toBe(payloadDigest);
    }),
    { numRuns: 40 },
  );
});

it('the payload digest changes with an edit, but not with another spelling of the same data', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'edited');
  await approve(reviewer, 'edited', { payload: { b: 1, a: 2 } });
  expect((await readOutcome(agent, 'edited')).payloadDigest).toBe(digestOf('{"a":2,"b":1}'));
  await ask(agent, 'same', { payload: { a: 1, b: 2 } });
  await approve(reviewer, 'same', { payload: { b: 2, a: 1 } });
  expect(await readOutcome(agent, 'same')).toMatchObject({
    wasEdited: false,
    payloadDigest: digestOf('{"a":1,"b":2}'),
  });
});

it('a payload that was changed in the database has the digest of its current value', async () => {
  const { user, agent } = service.team();
  await ask(agent, 'run');
  await service.sql(`UPDATE "PendingReview" SET "payload" = '{"by":"hand"}' WHERE "userId" = $1`, [
    user,
  ]);
  expect((await readOutcome(agent, 'run')).payloadDigest).toBe(digestOf('{"by":"hand"}'));
  // A digest written together with the payload is kept, and so is one if another column changes.
  await service.sql(
    `UPDATE "PendingReview" SET "payload" = '1', "payloadDigest" = $2 WHERE "userId" = $1`,
    [user, digestOf('1')],
  );
  await service.sql(`UPDATE "PendingReview" SET "instructions" = 'x' WHERE "userId" = $1`, [user]);
  const [row] = await service.sql<{ payloadDigest: string }>(
    'SELECT "payloadDigest" FROM "PendingReview" WHERE "userId" = $1',
    [user],
  );
  expect(row?.payloadDigest).toBe(digestOf('1'));
});

it('a payload without a canonical form is hashed as text, and breaks no page', async () => {
  const { user, agent } = service.team();
  await insertRaw(user, 'half', '"\\ud800"');
  await insertRaw(user, 'huge', '[1e999]');
  expect((await readOutcome(agent, 'half')).payloadDigest).toBe(digestOf('"\\ud800"'));
  expect((await readOutcome(agent, 'huge')).payloadDigest).toBe(digestOf('[1e999]'));
});

it('a decision with a payloadDigest only applies to that payload', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'one');
  await ask(agent, 'two');
  const other = digestOf('"other"');
  for (const more of [{}, { payload: { of: 'one' } }, { payload: 'edit' }]) {
    expect(await approve(reviewer, 'one', { payloadDigest: other, ...more })).toMatchObject({
      __typename: 'ReviewConflictError',
      message:
        'Review one has changed since you read it, or the digest is wrong. Read it again, then decide',
      reviews: [{ nodeExecId: 'one', status: 'WAITING' }],
    });
  }
  const both = (payloadDigest: string) =>
    decide(reviewer, [
      { nodeExecId: 'one', decision: 'APPROVE', payloadDigest: defaultDigest('one') },
      { nodeExecId: 'two', decision: 'REJECT', payloadDigest },
    ]);
  expect(await both(other)).toMatchObject({
    __typename: 'ReviewConflictError',
    reviews: [{ nodeExecId: 'two' }],
  });
  expect((await readOne(agent, 'one')).status).toBe('WAITING');
  expect(await both(defaultDigest('two'))).toMatchObject({ approvedCount: 1, rejectedCount: 1 });

  await ask(agent, 'three');
  const right = { payloadDigest: defaultDigest('three') };
  expect(await approve(reviewer, 'three', right)).toMatchObject({ approvedCount: 1 });
  expect(await approve(reviewer, 'three', right)).toMatchObject({ approvedCount: 1 });
  expect(await approve(reviewer, 'three', { payloadDigest: other })).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  expect(await eventsOf(agent, 'three')).toHaveLength(2);

  // A row written by hand in SQL has no stored digest to compare with.
  await insertRaw(user, 'four', '{ "b": 1,\n "a": 2 }');
  expect(await reject(reviewer, 'four', { payloadDigest: other })).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  const ofFour = { payloadDigest: digestOf('{"a":2,"b":1}') };
  expect(await reject(reviewer, 'four', ofFour)).toMatchObject({ rejectedCount: 1 });
});

it('an edit can be repeated with the digest of the payload that it edits', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  const edit = { payload: 'edit', payloadDigest: defaultDigest('run') };
  expect(await approve(reviewer, 'run', edit)).toMatchObject({ approvedCount: 1 });
  expect(await approve(reviewer, 'run', edit)).toMatchObject({ approvedCount: 1 });
  expect((await readOutcome(agent, 'run')).payloadDigest).toBe(digestOf('"edit"'));
});

it('an invalid payloadDigest is refused with its path', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  for (const payloadDigest of ['', 'sha256:12', defaultDigest('run').toUpperCase(), 'md5:0']) {
    expect(await approve(reviewer, 'run', { payloadDigest })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'input.decisions.0.payloadDigest' }],
    });
  }
});
