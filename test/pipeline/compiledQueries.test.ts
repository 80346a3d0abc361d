import { stringifyJson } from '@holdpoint/client/json';
import fc from 'fast-check';
import {
  execute,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { Hub } from '../../src/feed/hub.ts';
import { scopes, type Viewer } from '../../src/identity/viewer.ts';
import { CompiledQueries } from '../../src/pipeline/compiledQueries.ts';
import { Policies } from '../../src/policy/policies.ts';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import { AnswerBudget } from '../../src/schema/answerBudget.ts';
import type { Context } from '../../src/schema/context.ts';
import { openLoaders } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { approve, ask, createAutoApproval, register, reject } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const service = await testService({ database });
const connections = openDatabase(database.url);
const hub = new Hub(connections, pino({ level: 'silent' }), 90);
database.beforeDrop(async () => {
  hub.close();
  await connections.close();
});
const store = {
  database: connections,
  limits: defaultLimits,
  policies: new Policies(connections),
  notifyFeed: () => {},
};

/** The context of a viewer with all scopes in this workspace. */
function contextOf(userId: string): Context {
  const viewer: Viewer = {
    userId,
    actor: 'reader',
    scopes,
    tokenId: null,
    sessionId: null,
    groups: [],
    expiresAt: null,
  };
  return {
    viewer,
    store,
    hub,
    loaders: openLoaders(store, viewer),
    budget: new AnswerBudget(32_000_000),
    allowPrivateWebhooks: false,
    pathPrefix: '',
  };
}

/** Returns both results as JSON; `fast` is null if the query is left to graphql-js. */
async function executeWithBoth(
  compiled: CompiledQueries,
  userId: string,
  text: string,
  variables: Record<string, unknown> = {},
): Promise<{ fast: string | null; reference: string }> {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const node = getOperationAST(document) as OperationDefinitionNode;
  const [fast, reference] = await Promise.all([
    compiled.answer(document, node, contextOf(userId), variables),
    execute({ schema, document, contextValue: contextOf(userId), variableValues: variables }),
  ]);
  return { fast: fast && stringifyJson(fast), reference: stringifyJson(reference) };
}

/** The arguments of the root fields. */
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

/** The fields of a random selection. Below the root, only fields without required arguments. */
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).filter(
    (field) =>
      !isAbstractType(getNamedType(field.type)) &&
      (field.name in rootArguments || !field.args.some(isRequiredArgument)),
  );

/** A random selection of `type`, with duplicate fields, aliases and fragments. */
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
    // The same alias must not stand for both a list and a single value.
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

it('compiled queries have the same results as in graphql-js', async () => {
  const { user, agent, reviewer } = service.team();
  await register(agent, 'exec');
  await ask(agent, 'waiting', { payload: { 2: 'b', 1: 1.0, approval_type: 'plan' } });
  await ask(agent, 'approved', { instructions: 'Look "closely"\n', editable: true });
  await ask(agent, 'rejected', { payload: null });
  await approve(reviewer, 'approved', { payload: { edited: [] } });
  await reject(reviewer, 'rejected', { message: 'No' });
  await createAutoApproval(reviewer, { nodeId: 'node' });

  const compiled = new CompiledQueries(1);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(documents, async (document) => {
      const { fast, reference } = await executeWithBoth(compiled, user, document);
      if (fast === null) return;
      expect(fast).toBe(reference);
      compared++;
    }),
    { numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(150);
});

it.each([
  '{ __proto__: viewer { actor } }',
  '{ viewer { __proto__: actor scopes } }',
  '{ constructor: viewer { toString: actor hasOwnProperty: userId } }',
  '{ parent: viewer { __context: actor __validNode: userId } resolve: hasPendingReviews(graphExecId: "x") }',
  String.raw`{ hasPendingReviews(graphExecId: "a\"b\\c\n${'`$'}{1+1} \u2028 </script> '") }`,
  '{ hasPendingReviews(graphExecId: """block "quoted" \\ `tick` """) }',
  'query ($__proto__: ID!) { hasPendingReviews(graphExecId: $__proto__) }',
  'query ($constructor: Int) { pendingReviews(first: $constructor) { totalCount } }',
  'query ($a: [ID!]! = ["x", "y\\"z"]) { reviews(nodeExecIds: $a) { nodeExecId } }',
  '{ pendingReviews(filter: { graphId: "a\\"; process.exit(); //" }) { totalCount } }',
])('unusual names and values have the same results: %s', async (document) => {
  const compiled = new CompiledQueries(1);
  for (const variables of ['{}', '{"__proto__":"p","constructor":3}', '{"a":"one"}']) {
    const { fast, reference } = await executeWithBoth(
      compiled,
      'odd',
      document,
      JSON.parse(variables),
    );
    if (fast !== null) expect(fast).toBe(reference);
  }
});

it.each([
  ['a mutation', 'mutation { cancelPendingReviews(input: { graphExecId: "" }) { __typename } }'],
  ['an interface', '{ node(id: "nonsense") { id } }'],
  ['a union', '{ pendingReview(nodeExecId: "waiting") { approval { __typename } } }'],
  ['a directive', 'query ($no: Boolean = false) { viewer { actor @include(if: $no) } }'],
  ['introspection', '{ __schema { queryType { name } } }'],
])('%s is left to graphql-js', async (_, document) => {
  const { fast } = await executeWithBoth(new CompiledQueries(1), 'odd', document);
  expect(fast).toBeNull();
});

it('a query is compiled after a hundred executions', async () => {
  const compiled = new CompiledQueries();
  const document = parse('{ often: viewer { actor } }');
  const node = getOperationAST(document) as OperationDefinitionNode;
  const isCompiled = [];
  for (let time = 0; time < 110; time++) {
    isCompiled.push((await compiled.answer(document, node, contextOf('odd'), {})) !== null);
  }
  expect(isCompiled.indexOf(true)).toBe(99);
  expect(isCompiled.lastIndexOf(false)).toBe(98);
});
