import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const known = new WeakMap<DocumentNode, Map<string, string>>();

/**
 * The kind and root field of an operation of a valid document, e.g. `mutation requestReview`, or
 * `query several` for several root fields. It contains only names of the schema, so the number of
 * possible values is bounded.
 */
export function operationNameOf(document: DocumentNode, operationName?: string | null): string {
  const ofDocument = known.get(document) ?? new Map<string, string>();
  known.set(document, ofDocument);
  const key = operationName ?? '';
  let operation = ofDocument.get(key);
  if (operation === undefined) {
    const node = getOperationAST(document, operationName);
    if (!node) return 'unknown';
    operation = describe(document, node);
    ofDocument.set(key, operation);
  }
  return operation;
}

function describe(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode) {
  const fields = new Set<string>();
  const seen = new Set<SelectionSetNode>();
  const collect = (set: SelectionSetNode | undefined) => {
    if (!set || seen.has(set)) return;
    seen.add(set);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const { value } = selection.name;
        const fragment = document.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === value,
        );
        collect((fragment as { selectionSet: SelectionSetNode } | undefined)?.selectionSet);
      }
    }
  };
  collect(selectionSet);
  if (fields.size > 1) fields.delete('__typename');
  const [field] = fields;
  return `${operation} ${fields.size === 1 ? field : 'several'}`;
}
