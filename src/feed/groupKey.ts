import { stringifyJson } from '@holdpoint/client/json';
import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  separateOperations,
  visit,
} from 'graphql';
import type { Viewer } from '../identity/viewer.ts';

/** What the results of an operation depend on. */
type NormalForm = {
  /** The operation and its fragments, without white space, comments, its name and its cursor. */
  text: string;
  /** The variables that it declares, without the one of its cursor. */
  variables: readonly string[];
};

/** Subscriptions with the same key have the same results. */
export function groupKey({
  document,
  operationName,
  variableValues,
  contextValue,
}: ExecutionArgs & { contextValue: { viewer: Viewer } }): string {
  const { userId, actor, scopes, groups } = contextValue.viewer;
  const { text, variables } = normalFormOf(document, operationName ?? '');
  const values = variableValues ?? {};
  const declared = variables
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => [name, values[name]]);
  return stringifyJson([userId, actor, scopes.toSorted(), groups.toSorted(), text, declared]);
}

const normalForms = new WeakMap<DocumentNode, Map<string, NormalForm>>();

function normalFormOf(document: DocumentNode, operationName: string): NormalForm {
  const known = normalForms.get(document) ?? new Map<string, NormalForm>();
  normalForms.set(document, known);
  const form = known.get(operationName) ?? makeNormalForm(document, operationName);
  known.set(operationName, form);
  return form;
}

/** @param operationName empty if the document has only one operation */
function makeNormalForm(document: DocumentNode, operationName: string): NormalForm {
  const operation = getOperationAST(document, operationName || null);
  const own = separateOperations(document)[operation?.name?.value ?? ''];
  if (!operation || !own) throw new Error('The document has no such operation');
  const normal = withoutCursor(operation);
  const definitions = own.definitions.map((one) => (one === operation ? normal : one));
  return {
    text: print({ ...own, definitions }),
    variables: normal.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [],
  };
}

/**
 * The operation without its name and the argument `after`: results do not depend on them. A
 * variable of `after` that is also used for something else stays.
 */
function withoutCursor(operation: OperationDefinitionNode): OperationDefinitionNode {
  const { name: _name, selectionSet, variableDefinitions = [], ...rest } = operation;
  const [field, ...others] = selectionSet.selections;
  const unchanged = { ...rest, selectionSet, variableDefinitions };
  if (field?.kind !== Kind.FIELD) return unchanged;
  const { arguments: args = [] } = field;
  const after = args.find(({ name }) => name.value === 'after');
  if (!after) return unchanged;
  const cursor = after.value.kind === Kind.VARIABLE ? after.value.name.value : null;
  if (cursor !== null && usesOf(operation, cursor) > 1) return unchanged;
  const withoutAfter = { ...field, arguments: args.filter((one) => one !== after) };
  return {
    ...rest,
    selectionSet: { ...selectionSet, selections: [withoutAfter, ...others] },
    variableDefinitions: variableDefinitions.filter(
      ({ variable }) => variable.name.value !== cursor,
    ),
  };
}

function usesOf(operation: OperationDefinitionNode, variable: string): number {
  let uses = 0;
  visit(operation, {
    VariableDefinition: () => false,
    Variable({ name }) {
      if (name.value === variable) uses++;
    },
  });
  return uses;
}
