import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';

/** By the operation's own node: known documents keep theirs. */
const known = new WeakMap<object, ReadonlySet<string>>();

/**
 * The names of all fields that are asked for below this one, at any depth. Fragments and conditions count as if they
 * applied: a field too many costs time, one too few would cost the answer.
 */
export function fieldsAsked({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const [first] = fieldNodes;
  const kept = first && fieldNodes.length === 1 ? known.get(first) : undefined;
  if (kept) return kept;

  const names = new Set<string>();
  const followed = new Set<string>();
  const collect = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      if (followed.has(name)) return;
      followed.add(name);
      fragments[name]?.selectionSet.selections.forEach(collect);
      return;
    }
    if (selection.kind === Kind.FIELD) names.add(selection.name.value);
    selection.selectionSet?.selections.forEach(collect);
  };
  for (const node of fieldNodes) node.selectionSet?.selections.forEach(collect);
  if (first && fieldNodes.length === 1) known.set(first, names);
  return names;
}
