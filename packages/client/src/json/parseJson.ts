import { hasEscapedKey } from './escapedKeys.ts';
import { InexactNumber, isInexact, mayHoldInexactNumber } from './inexactNumber.ts';
import { JsonText } from './jsonText.ts';
import { type JsonNode, readJsonTree, valueOfTree } from './jsonTree.ts';
import { maxNesting, nestsTooDeep } from './nesting.ts';
import { printJson } from './printJson.ts';

/** A parsed text. `nodes` is built when the text of a part is first asked for, usually never. */
type Source = {
  readonly text: string;
  readonly root: object;
  nodes?: ReadonlyMap<object, JsonNode> | 'asStringified';
};

function itself(target: object): object {
  return target;
}

/**
 * Notes on an object or array which text it came from, in a private field that is added to the
 * object (a constructor may return any object). Nobody sees the note, it is collected with the
 * object, and it costs a tenth of an entry in a WeakMap.
 */
class Sourced extends (itself as unknown as new (target: object) => object) {
  readonly #source: Source;

  constructor(target: object, source: Source) {
    super(target);
    this.#source = source;
  }

  static sourceOf(target: object): Source | undefined {
    return #source in target ? target.#source : undefined;
  }
}

/**
 * JSON.parse without loss: jsonTextOf gives the exact text of every object and array in the result,
 * and a number that JavaScript would change is an InexactNumber. A key such as `__proto__` is an
 * own property. Of a duplicate key the value has the last, the text both.
 *
 * @throws SyntaxError if the text is not JSON, or nests deeper than 256 levels
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new SyntaxError(`JSON nested deeper than ${maxNesting} levels`);
  const parsed: unknown = JSON.parse(text);
  const isParsedRight = !mayHoldInexactNumber(text) && !hasEscapedKey(text);
  const root = isParsedRight ? parsed : valueOfTree(readJsonTree(text), exactNumber);
  if (isContainer(root)) noteSource(root, { text, root });
  return root;
}

/**
 * The exact text of a value that parseJson returned, or of any plain value as JSON.stringify writes
 * it. A copy of an object that parseJson returned is a plain value: pass the object itself.
 *
 * @throws TypeError for a value without a JSON form, such as undefined or a function
 */
export function jsonTextOf(value: unknown): JsonText {
  if (!isContainer(value) || value instanceof JsonText) return JsonText.of(value);
  const source = Sourced.sourceOf(value);
  if (source === undefined) return JsonText.of(value);
  source.nodes ??= nodesOf(source);
  if (source.nodes === 'asStringified') return new JsonText(JSON.stringify(value));
  const node = source.nodes.get(value);
  if (node === undefined) throw new Error('A part of a JSON value was not found in its text');
  return new JsonText(printJson(node));
}

/** If JSON.stringify reproduces the whole text, it does so for each part too. */
function nodesOf({ text, root }: Source): ReadonlyMap<object, JsonNode> | 'asStringified' {
  if (JSON.stringify(root) === text) return 'asStringified';
  const nodes = new Map<object, JsonNode>();
  pair(readJsonTree(text), root);
  return nodes;

  /**
   * Finds the node of each object and array. Of a duplicate key the value has only the last: the
   * earlier node is paired with the wrong value first, and the last one then replaces it.
   */
  function pair(node: JsonNode, value: unknown): void {
    if (!isContainer(value)) return;
    nodes.set(value, node);
    if (node.kind !== 'object' && node.kind !== 'array') return;
    for (const { key, value: member } of node.members) {
      if (Object.hasOwn(value, key)) pair(member, (value as Record<string, unknown>)[key]);
    }
  }
}

function exactNumber(source: string): number | InexactNumber {
  const value = Number(source);
  return isInexact(source, value) ? new InexactNumber(source) : value;
}

function noteSource(value: object, source: Source): void {
  new Sourced(value, source);
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      if (isContainer(value[at])) noteSource(value[at], source);
    }
  } else {
    // On every request, so as fast as it gets: Object.values takes twice as long.
    for (const key in value) {
      const member = (value as Record<string, unknown>)[key];
      if (isContainer(member) && Object.hasOwn(value, key)) noteSource(member, source);
    }
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
