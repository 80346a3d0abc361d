import fc from 'fast-check';
import {
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { expect, it, vi } from 'vitest';
import { CompiledQueries } from '../../src/pipeline/compiledQueries.ts';
import { schema } from '../../src/schema/index.ts';
import { approve, ask, createAutoApproval, register, reject } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const compiled = await testService({ database, compileAfter: 1 });
const slow = await testService({ database, fastPost: false });

/** What the fields of the root are asked with. */
const rootArguments: Record<string, string> = {
  autoApprovals: '(graphExecId: "exec")',
  graphExecution: '(graphExecId: "exec")',
  hasPendingReviews: '(graphExecId: "exec")',
  pendingReview: '(nodeExecId: "waiting")',
  pendingReviews: '(first: 3)',
  pendingReviewsForExecution: '(graphExecId: "exec")',
  reviews: '(nodeExecIds: ["waiting", "approved", "none"])',
  reviewsByState: '(state: DECIDED)',
  reviewsForExecution: '(graphExecId: "exec", first: 2)',
  viewer: '',
  webhooks: '',
};

const MAX_DEPTH = 5;

/** The fields that a random selection may hold; below the root only those that need no argument. */
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).filter(
    (field) =>
      !isAbstractType(getNamedType(field.type)) &&
      (field.name in rootArguments || !field.args.some(isRequiredArgument)),
  );

/** A selection of `type`, as the choices say: some of its fields, some twice, under another name, or in a fragment. */
function selectionOf(
  type: GraphQLObjectType,
  choose: (below: number) => number,
  depth = 0,
): string {
  const fields = fieldsOf(type).filter(
    ({ type }) => depth < MAX_DEPTH || !isObjectType(getNamedType(type)),
  );
  const chosen = Array.from({ length: 1 + choose(5) }, () => fields[choose(fields.length)]);
  const selections = chosen.flatMap((field) => {
    if (!field) return '__typename';
    const below = getNamedType(field.type);
    // The same name may stand for one field only; a list and its members are different ones.
    const alias =
      choose(3) === 0
        ? `other${isListType(getNullableType(field.type)) ? 's' : ''}_${field.name}: `
        : '';
    const inner = isObjectType(below) ? ` ${selectionOf(below, choose, depth + 1)}` : '';
    const text = `${alias}${field.name}${depth === 0 ? (rootArguments[field.name] ?? '') : ''}${inner}`;
    return choose(5) === 0 ? `... on ${type.name} { ${text} }` : text;
  });
  return `{ ${selections.join(' ')}${choose(4) === 0 ? ' __typename' : ''} }`;
}

const documents = fc
  .array(fc.nat({ max: 1_000 }), { minLength: 60, maxLength: 200 })
  .map((choices) => {
    let at = 0;
    const choose = (below: number) => (choices[at++ % choices.length] ?? 0) % below;
    return `query Random ${selectionOf(schema.getQueryType() as GraphQLObjectType, choose)}`;
  });

it('compiled queries are answered as graphql-js answers them, to the letter', async () => {
  const { user, agent, reviewer } = compiled.team();
  await register(agent, 'exec');
  await ask(agent, 'waiting', { payload: { 2: 'b', 1: 1.0, approval_type: 'plan' } });
  await ask(agent, 'approved', { instructions: 'Look "closely"\n', editable: true });
  await ask(agent, 'rejected', { payload: null });
  await approve(reviewer, 'approved', { payload: { edited: [] } });
  await reject(reviewer, 'rejected', { message: 'No' });
  await createAutoApproval(reviewer, { nodeId: 'node' });
  const answers = vi.spyOn(CompiledQueries.prototype, 'answer').mockClear();

  const readers = [compiled, slow].map((service) => service.as({ user, actor: 'reader' }));
  await fc.assert(
    fc.asyncProperty(documents, async (document) => {
      const [fast, reference] = readers;
      await fast?.answer(document); // now its document is known
      const texts = await Promise.all([fast?.answer(document), reference?.answer(document)]);
      expect(texts[0]?.text).toBe(texts[1]?.text);
    }),
    { numRuns: 200 },
  );

  const results = await Promise.all(answers.mock.settledResults.map(({ value }) => value));
  expect(results.filter((result) => result?.data).length).toBeGreaterThan(150);
});

it.each([
  '{ __proto__: viewer { actor } }',
  '{ viewer { __proto__: actor scopes } }',
  '{ constructor: viewer { toString: actor hasOwnProperty: userId } }',
  '{ parent: viewer { __context: actor __validNode: userId } resolve: hasPendingReviews(graphExecId: "x") }',
  String.raw`{ hasPendingReviews(graphExecId: "a\"b\\c\n${'`'}$\{1+1\} \u2028 </script> '") }`,
  '{ hasPendingReviews(graphExecId: """block "quoted" \\ `tick` """) }',
  'query ($__proto__: ID!) { hasPendingReviews(graphExecId: $__proto__) }',
  'query ($constructor: Int) { pendingReviews(first: $constructor) { totalCount } }',
  'query ($a: [ID!]! = ["x", "y\\"z"]) { reviews(nodeExecIds: $a) { nodeExecId } }',
  '{ pendingReviews(filter: { graphId: "a\\"; process.exit(); //" }) { totalCount } }',
])('odd names and values are answered alike: %s', async (document) => {
  for (const variables of ['{}', '{"__proto__":"p","constructor":3}', '{"a":"one"}']) {
    const [reference, ...others] = await Promise.all(
      [slow, compiled].map((service) => service.as({ actor: 'odd' }).raw(document, variables)),
    );
    for (let time = 0; time < 3; time++) {
      others.push(await compiled.as({ actor: 'odd' }).raw(document, variables));
    }
    for (const { text } of others) expect(text).toBe(reference?.text);
  }
});

it.each([
  ['a mutation', 'mutation { requestReview(input: { nodeExecId: "" }) { __typename } }'],
  ['an interface', '{ node(id: "nonsense") { id } }'],
  ['a union', '{ pendingReview(nodeExecId: "waiting") { approval { __typename } } }'],
  ['a directive', 'query ($no: Boolean = false) { viewer { actor @include(if: $no) } }'],
  ['a look at the schema', '{ __schema { queryType { name } } }'],
])('%s is left to graphql-js', async (_, document) => {
  const answers = vi.spyOn(CompiledQueries.prototype, 'answer').mockClear();
  const client = compiled.as({ actor: 'reader' });
  const texts = [];
  for (let time = 0; time < 3; time++) texts.push((await client.answer(document)).text);
  expect(new Set(texts).size).toBe(1);
  for (const { value } of answers.mock.settledResults) expect(value).toBeNull();
});

it('is compiled only once it has been asked often', async () => {
  const usual = await testService({ database });
  const answers = vi.spyOn(CompiledQueries.prototype, 'answer').mockClear();
  const client = usual.as({ actor: 'reader' });
  const document = '{ often: viewer { actor } }';
  const expected = (await client.answer(document)).text;
  for (let time = 0; time < 110; time++)
    expect((await client.answer(document)).text).toBe(expected);
  const isCompiled = answers.mock.settledResults.map(({ value }) => value !== null);
  expect(isCompiled.indexOf(true)).toBe(99);
  expect(isCompiled.lastIndexOf(false)).toBe(98);
});
