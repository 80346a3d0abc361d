import { expect, it } from 'vitest';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { payloadDigest } from '../../src/reviews/digests.ts';
import { ask, readOne, register } from '../support/operations.ts';
import { digestOf } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';
import { workspace } from './workspace.ts';

// The attack: a digest covers numbers as doubles, but more numbers can be written than there are
// doubles. The agent finds two amounts that parse to the same double. Ada approves one of them, and
// the other has the same digest.
//
// It fails because a number is refused unless its value is exactly that of the double's shortest
// notation. So of all numbers with the same digest, exactly one is accepted.

const service = await testService();

/** Each pair is written differently, and would have the same digest. */
const pairs: [approved: string, meant: string][] = [
  ['9007199254740992.0', '9007199254740993.0'],
  ['0.1', '0.1000000000000000055'],
  ['0.1', '0.10000000000000000001'],
  ['0', '1e-400'],
  ['100000000000000000000.0', '100000000000000000001.0'],
  ['1e23', '99999999999999991611392.0'],
  ['5e-324', '4.9e-324'],
];

type Answer = { requestReview: { __typename: string; issues?: { path: string }[] } };
const request = `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
  __typename ... on InvalidInputError { issues { path } } } }`;

it.each(pairs)('an agent gets %s approved and intends %s', async (approved, meant) => {
  const { rogue, ada, operator } = workspace(service);
  const input = (payload: string) =>
    `{"input":{"nodeExecId":"step","graphExecId":"exec","graphId":"graph","graphVersion":1,"payload":${payload}}}`;
  const asked = await rogue.raw<Answer>(request, input(`{"amount":${approved}}`));
  expect(asked.data?.requestReview.__typename).toBe('RequestReviewPayload');
  const refused = {
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.payload.items.1.amount' }],
  };
  const payload = `{"items":[1,{"amount":${meant}}]}`;
  expect((await rogue.raw<Answer>(request, input(payload))).data?.requestReview).toEqual(refused);
  // As a literal in the document it is the same number.
  const literal = `mutation { requestReview(input: { nodeExecId: "step", graphExecId: "exec", graphId: "graph",
    graphVersion: 1, payload: { items: [1, { amount: ${meant} }] } }) {
    __typename ... on InvalidInputError { issues { path } } } }`;
  expect((await rogue.answer<Answer>(literal)).data?.requestReview).toEqual(refused);

  // It is also refused in a reviewer's edit, and with a standing approval.
  await ask(rogue, 'edited', { payload: { items: [1, { amount: 1 }] } });
  const edit = await ada.raw<Record<string, unknown>>(
    `mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) {
      ... on InvalidInputError { issues { path } } } }`,
    `{"input":{"decisions":[{"nodeExecId":"edited","decision":"APPROVE","payload":${payload}}]}}`,
  );
  expect(edit.data?.['decideReviews']).toEqual({
    issues: [{ path: 'input.decisions.0.payload.items.1.amount' }],
  });
  await register(operator, 'exec-2');
  const standing = await ada.raw<Record<string, unknown>>(
    `mutation ($input: CreateAutoApprovalInput!) { createAutoApproval(input: $input) {
      ... on InvalidInputError { issues { path } } } }`,
    `{"input":{"graphExecId":"exec-2","nodeId":"n","graphId":"g","graphVersion":1,"payload":${payload}}}`,
  );
  const { issues } = refused;
  expect(standing.data?.['createAutoApproval']).toEqual({ issues });
  expect((await readOne(ada, 'edited')).status).toBe('WAITING');
});

it('the digests of those numbers are equal, so refusing the numbers is the only protection', () => {
  for (const [approved, meant] of pairs) {
    expect(payloadDigest(new JsonText(meant)), meant).toBe(payloadDigest(new JsonText(approved)));
  }
});

it('a number can be written in different ways, and has the same digest', async () => {
  const { rogue, ada } = workspace(service);
  const spellings = [
    '{"amount":100}',
    '{"amount":100.0}',
    '{"amount":1e2}',
    '{ "amount": 1.00E+2 }',
  ];
  for (const [at, payload] of spellings.entries()) {
    const { data } = await rogue.raw<Answer>(
      request,
      `{"input":{"nodeExecId":"step-${at}","graphExecId":"exec","graphId":"graph","graphVersion":1,"payload":${payload}}}`,
    );
    expect(data?.requestReview.__typename).toBe('RequestReviewPayload');
    const [row] = await service.sql<{ payloadDigest: string }>(
      `SELECT "payloadDigest" FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [(await readOne(ada, `step-${at}`)).userId, `step-${at}`],
    );
    expect(row?.payloadDigest).toBe(digestOf('{"amount":100}'));
  }
});
