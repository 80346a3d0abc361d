import {
  type DocumentNode,
  type EnumValueNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
  type ValueNode,
  visit,
} from 'graphql';

export const MAX_TOKENS = 2_000;
const MAX_DEPTH = 12;
const MAX_ALIASES = 30;
/** How often a document may name the same field. */
const MAX_REPETITIONS = 100;
const MAX_NAME_CHARACTERS = 255;
/** About a page of 100 reviews with all their fields. */
const MAX_COST = 25_000;

/** How many items a list counts for if the document does not say it. */
const PAGE_ITEMS = 100;
const LIST_ITEMS = 10;
/** Lists that may have thousands of items, unless the document says how many. */
const LONG_LIST_ITEMS = 300;
const LONG_LISTS: ReadonlySet<string> = new Set([
  'Query.members',
  'Query.reviewStats',
  'Team.members',
]);
/** Items of a page, which counts them already. */
const EDGES: ReadonlySet<string> = new Set(['PendingReviewEdge', 'ReviewSearchEdge']);

type Measure = {
  depth: number;
  aliases: number;
  cost: number;
  /** Whether it selects the events of a review. */
  events: boolean;
  /** Whether it selects the events of an event's review. */
  eventsOfEvents: boolean;
};

const nothing: Measure = { depth: 0, aliases: 0, cost: 0, events: false, eventsOfEvents: false };

/**
 * Limits the depth, the aliases and the cost of an operation. A field costs 1, and the selection of
 * a list counts once per item (as many as `first` says, if the document has it as a number). The
 * events of an event's review are refused: each level multiplies the answer and adds nothing new.
 * Because it is a validation rule and depends on the document alone, its result is cached with the
 * document. Over-limit operations never execute.
 */
export const queryLimits: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    const { depth, aliases, cost, eventsOfEvents } = measure(
      context.getSchema(),
      operation,
      (name) => context.getFragment(name),
    );
    const refuse = (what: string, value: number, most: number) =>
      value > most &&
      context.reportError(
        new GraphQLError(`The operation's ${what} is ${value}; at most ${most} is allowed`, {
          nodes: operation,
          extensions: { code: 'QUERY_TOO_LARGE' },
        }),
      );
    refuse('depth', depth, MAX_DEPTH);
    refuse('number of aliases', aliases, MAX_ALIASES);
    refuse('cost', cost, MAX_COST);
    if (eventsOfEvents) {
      context.reportError(
        new GraphQLError("The review of an event has no events: ask for the review's own", {
          nodes: operation,
          extensions: { code: 'QUERY_TOO_LARGE' },
        }),
      );
    }
  },
});

/**
 * Refuses a document that takes long to validate: validation compares each field with all others of
 * the same name, and each unknown name with all known ones.
 * @returns null if the document can be validated
 */
export function validationCostError(document: DocumentNode): GraphQLError | null {
  const counts = new Map<string, number>();
  let longest = 0;
  const measure = ({ value }: NameNode | EnumValueNode) => {
    longest = Math.max(longest, value.length);
  };
  visit(document, {
    Name: measure,
    EnumValue: measure,
    Field({ name, alias }) {
      const { value } = alias ?? name;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    },
  });
  if (longest > MAX_NAME_CHARACTERS) {
    const text = `The document contains a name of ${longest} characters; at most ${MAX_NAME_CHARACTERS} are allowed`;
    return new GraphQLError(text, { extensions: { code: 'QUERY_TOO_LARGE' } });
  }
  for (const [name, count] of counts) {
    if (count <= MAX_REPETITIONS) continue;
    const text = `The document names the field ${name} ${count} times; at most ${MAX_REPETITIONS} is allowed`;
    return new GraphQLError(text, { extensions: { code: 'QUERY_TOO_LARGE' } });
  }
  return null;
}

function measure(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): Measure {
  /**
   * Each selection set is measured once per type, so a fragment that is used a thousand times costs
   * nothing.
   */
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType, Measure>>();
  const open = new Set<SelectionSetNode>();

  function ofSet(set: SelectionSetNode, type: GraphQLNamedType): Measure {
    const before = known.get(set)?.get(type);
    if (before) return before;
    const sum: Measure = { ...nothing };
    // Another rule refuses cycles of fragments. Here they only must terminate.
    if (open.has(set)) return sum;
    open.add(set);
    for (const selection of set.selections) {
      const part = ofSelection(selection, type);
      sum.depth = Math.max(sum.depth, part.depth);
      sum.aliases += part.aliases;
      sum.cost += part.cost;
      sum.events ||= part.events;
      sum.eventsOfEvents ||= part.eventsOfEvents;
    }
    open.delete(set);
    known.set(set, (known.get(set) ?? new Map()).set(type, sum));
    return sum;
  }

  function ofSelection(
    selection: SelectionSetNode['selections'][number],
    type: GraphQLNamedType,
  ): Measure {
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      const narrowed = condition ? schema.getType(condition) : type;
      return fragment && narrowed ? ofSet(fragment.selectionSet, narrowed) : nothing;
    }
    const alias = selection.alias ? 1 : 0;
    const field =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : null;
    const inner = field && getNamedType(field.type);
    if (!selection.selectionSet || !inner || !isCompositeType(inner)) {
      return { ...nothing, depth: 1, aliases: alias, cost: 1 };
    }
    const part = ofSet(selection.selectionSet, inner);
    const first = selection.arguments?.find(({ name }) => name.value === 'first')?.value;
    const pages = field.args.some(({ name }) => name === 'first');
    const isPlainList = isList(field.type) && !EDGES.has(inner.name);
    const isLong = LONG_LISTS.has(`${type.name}.${field.name}`) && first?.kind !== Kind.INT;
    const items = isLong
      ? LONG_LIST_ITEMS
      : pages && (first || !isPlainList)
        ? itemsOfPage(first)
        : isPlainList
          ? LIST_ITEMS
          : 1;
    const isEvents = type.name === 'PendingReview' && field.name === 'events';
    const isEventsReview = type.name === 'ReviewEvent' && field.name === 'review';
    return {
      depth: part.depth + 1,
      aliases: part.aliases + alias,
      cost: 1 + items * part.cost,
      events: part.events || isEvents,
      eventsOfEvents: part.eventsOfEvents || (isEventsReview && part.events),
    };
  }

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root) : nothing;
}

/** A value out of range is refused on execution. Here it must not make the cost negative. */
const itemsOfPage = (first: ValueNode | undefined): number =>
  first?.kind === Kind.INT ? Math.min(Math.max(Number(first.value), 0), PAGE_ITEMS) : PAGE_ITEMS;

const isList = (type: GraphQLOutputType): boolean =>
  isNonNullType(type) ? isList(type.ofType) : isListType(type);
