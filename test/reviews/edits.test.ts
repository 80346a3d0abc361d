import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approve, ask, decideReviewsDocument, readOne, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** Decides with an edit that is sent as this exact text. */
async function decideWith(
  { reviewer }: ReturnType<typeof service.team>,
  nodeExecId: string,
  edit: string,
) {
  const { data } = await reviewer.raw<{ decideReviews: { __typename: string } }>(
    decideReviewsDocument,
    `{"input":{"decisions":[{"nodeExecId":"${nodeExecId}","decision":"APPROVE","payload":${edit}}]}}`,
  );
  return data?.decideReviews.__typename;
}

it('an edit keeps the original payload, with APPROVE and with REJECT', async () => {
  const { agent, reviewer } = service.team();
  for (const [id, decide] of [
    ['approved', approve],
    ['rejected', reject],
  ] as const) {
    await ask(agent, id, { payload: { to: 'ann' } });
    await decide(reviewer, id, { payload: { to: 'bob' } });
    expect(await readOne(agent, id)).toMatchObject({
      wasEdited: true,
      payload: { to: 'bob' },
      originalPayload: { to: 'ann' },
    });
  }
});

it('null is an edit, and an absent payload is not', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'absent', { payload: 1 });
  await ask(agent, 'null', { payload: 1 });
  await ask(agent, 'null already', { payload: null });
  expect(await approve(reviewer, 'absent')).toMatchObject({
    reviews: [{ wasEdited: false, payload: 1, originalPayload: 1 }],
  });
  expect(await approve(reviewer, 'null', { payload: null })).toMatchObject({
    reviews: [{ wasEdited: true, payload: null, originalPayload: 1 }],
  });
  expect(await approve(reviewer, 'null already', { payload: null })).toMatchObject({
    reviews: [{ wasEdited: false, payload: null, originalPayload: null }],
  });
});

it('a review that is not editable accepts identical data, and refuses an edit', async () => {
  const { agent, reviewer } = service.team();
  const more = { payload: { a: 1, b: [true] }, editable: false };
  await ask(agent, 'run', more);
  await ask(agent, 'other');
  const answer = await approve(reviewer, 'run', { payload: { a: 1, b: [1] } });
  expect(answer).toMatchObject({ __typename: 'ReviewNotEditableError', nodeExecIds: ['run'] });
  expect((await readOne(agent, 'run')).status).toBe('WAITING');
  expect(await reject(reviewer, 'run', { payload: null })).toMatchObject({
    __typename: 'ReviewNotEditableError',
  });
  expect(await approve(reviewer, 'run', { payload: { b: [true], a: 1 } })).toMatchObject({
    reviews: [{ wasEdited: false, payload: more.payload }],
  });
});

it('some different JSON texts are the same data', async () => {
  const team = service.team();
  const same = [
    ['1', '1.0'],
    ['1e2', '100'],
    ['-0', '0'],
    ['0.10', '1.0e-1'],
    ['{"a":1,"2":2}', '{"2":2.0,"a":1}'],
    ['"\\u00e9"', '"é"'],
  ];
  const different = [
    ['1', 'true'],
    ['1', '"1"'],
    ['true', '"true"'],
    ['0', 'false'],
    ['0', 'null'],
    ['[]', '{}'],
    ['{}', 'null'],
    ['{"a":null}', '{}'],
    ['[1,2]', '[2,1]'],
    ['"é"', '"e\\u0301"'],
    ['""', 'null'],
    ['0.1', '0.10000000000000002'],
    ['{"__proto__":1}', '{}'],
  ];
  for (const [pairs, wasEdited] of [
    [same, false],
    [different, true],
  ] as const) {
    for (const pair of pairs) {
      for (const [stored = '', edit = ''] of [pair, pair.toReversed()]) {
        const nodeExecId = crypto.randomUUID();
        await askWith(team, nodeExecId, stored);
        expect(await decideWith(team, nodeExecId, edit)).toBe('DecideReviewsPayload');
        const review = await readOne(team.agent, nodeExecId);
        expect({ stored, edit, wasEdited: review.wasEdited }).toEqual({ stored, edit, wasEdited });
      }
    }
  }
});

const askWith = async ({ agent }: ReturnType<typeof service.team>, id: string, payload: string) =>
  agent.raw(
    `mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }`,
    `{"input":{"nodeExecId":"${id}","graphExecId":"exec","graphId":"g","graphVersion":1,"payload":${payload}}}`,
  );

type Data = null | boolean | number | string | Data[] | { [key: string]: Data };

const data = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Data>(null, true, false, 0, 1, 2, -1, 0.5, '', '0', '1', 'a', 'true', 'null'),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', '0', '__proto__'), tie('data'), { maxKeys: 3 }),
  ),
})).data;

/** The same data in another spelling: keys reversed, integers with a fraction. */
function respelled(value: Data): string {
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}.0` : `${value}0`;
  if (Array.isArray(value)) return `[${value.map(respelled).join(' , ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}: ${respelled(one)}`,
  );
  return `{${members.reverse().join()}}`;
}

function areEqual(a: Data, b: Data): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [keysOfA, keysOfB] = [Object.keys(a), Object.keys(b)];
  return (
    keysOfA.length === keysOfB.length &&
    keysOfA.every(
      (key) =>
        Object.hasOwn(b, key) && areEqual((a as never)[key] as Data, (b as never)[key] as Data),
    )
  );
}

it('only data that is not deeply equal is an edit', async () => {
  const team = service.team();
  const pair = fc.oneof(
    fc.tuple(data, data),
    data.map((one): [Data, Data] => [one, one]),
  );
  let number = 0;
  await fc.assert(
    fc.asyncProperty(pair, async ([stored, edit]) => {
      const nodeExecId = `run-${number++}`;
      await askWith(team, nodeExecId, JSON.stringify(stored));
      await decideWith(team, nodeExecId, respelled(edit));
      const review = await readOne(team.agent, nodeExecId);
      const wasEdited = !areEqual(stored, edit);
      expect(review).toMatchObject({ status: 'APPROVED', wasEdited });
      expect(JSON.stringify(review.originalPayload)).toBe(JSON.stringify(stored));
    }),
    { numRuns: 150 },
  );
});
