import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';

/**
 * Makes the function that says whether a field is asked, at any depth, for nothing but fields of these names. Fragments and
 * conditions count as if they applied: a wrong no costs time, a wrong yes would cost the answer.
 */
export function asksOnlyFor(fieldNames: readonly string[]) {
  const names = new Set([...fieldNames, '__typename']);
  /** By the operation's own node: known documents keep theirs. */
  const answers = new WeakMap<object, boolean>();

  return ({ fieldNodes, fragments }: GraphQLResolveInfo): boolean => {
    const seen = new Set<string>();
    const holds = (selection: SelectionNode): boolean => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (seen.has(name)) return true;
        seen.add(name);
        return fragments[name]?.selectionSet.selections.every(holds) ?? false;
      }
      if (selection.kind === Kind.FIELD && !names.has(selection.name.value)) return false;
      return selection.selectionSet?.selections.every(holds) ?? true;
    };
    return fieldNodes.every((field) => {
      const known = answers.get(field);
      if (known !== undefined) return known;
      const answer = field.selectionSet?.selections.every(holds) ?? true;
      answers.set(field, answer);
      return answer;
    });
  };
}
