import { InexactNumber, isInexact, mayHoldInexactNumber } from './inexactNumber.ts';
import { JsonText } from './jsonText.ts';
import { maxNesting, nestsTooDeep } from './nesting.ts';
import { type NormalForm, normalForm } from './normalForm.ts';
import { hasEscapedKey, readJson } from './readJson.ts';

/** One parsed text. Its normal form is made when it is first asked for, mostly never. */
type Source = {
  readonly text: string;
  readonly root: object;
  normal?: NormalForm | 'asStringified';
};

function itself(target: object): object {
  return target;
}

/**
 * Notes on an object or array which text it came from. The note is a private field put on the object
 * (a constructor may return any object): nobody sees it, it goes when the object goes, and it costs
 * a tenth of an entry in a WeakMap.
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
 * As JSON.parse, but nothing is lost: jsonTextOf gives the exact text of every object and array in
 * the result, and a number that JavaScript would change is an InexactNumber. A key such as
 * `__proto__` is an own property; of a key that is there twice the value has the last, the text both.
 *
 * @throws SyntaxError for what is not JSON, or nests deeper than 256 levels.
 */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) throw new SyntaxError(`JSON nested deeper than ${maxNesting} levels`);
  const parsed: unknown = JSON.parse(text);
  const isParsedRight = !mayHoldInexactNumber(text) && !hasEscapedKey(text);
  const root = isParsedRight ? parsed : readJson(text, exactNumber);
  if (isContainer(root)) noteSource(root, { text, root });
  return root;
}

/**
 * The exact text of a value that parseJson gave, or of any plain value as JSON.stringify writes it.
 * A copy of an object that parseJson gave is a plain value: hand over the object itself.
 *
 * @throws TypeError for what has no JSON form, as undefined or a function.
 */
export function jsonTextOf(value: unknown): JsonText {
  if (!isContainer(value) || value instanceof JsonText) return JsonText.of(value);
  const source = Sourced.sourceOf(value);
  if (source === undefined) return JsonText.of(value);
  source.normal ??= normalFormOf(source);
  if (source.normal === 'asStringified') return new JsonText(JSON.stringify(value));
  const span = source.normal.spans.get(value);
  if (span === undefined) throw new Error('A part of a JSON value was not found in its text');
  return new JsonText(source.normal.text.slice(span.start, span.end));
}

/** Where writing the whole again gives the very text that came in, each part can be written again. */
function normalFormOf({ text, root }: Source): NormalForm | 'asStringified' {
  return JSON.stringify(root) === text ? 'asStringified' : normalForm(text, root);
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
    // Twice as fast as Object.values on every request.
    for (const key in value) {
      const member = (value as Record<string, unknown>)[key];
      if (isContainer(member) && Object.hasOwn(value, key)) noteSource(member, source);
    }
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
