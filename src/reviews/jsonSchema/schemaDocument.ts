import { canonicalText, isKnownKeyword } from './keywords.ts';

type Json = unknown;
/** What matters of an object is known to be right once the meta-schema accepts it. */
type JsonObject = Readonly<Record<string, Json>> & {
  readonly $id?: Json;
  readonly $schema?: Json;
  readonly const?: Json;
  readonly enum?: Json;
};
type Prepared = {
  $anchor?: string;
  allOf?: readonly Json[];
  constText?: string;
  enumTexts?: readonly string[];
};
export type Problem = { readonly path: string; readonly message: string };

/** How many subschemas one value may be checked against, those behind references included. */
const MAX_AT_ONCE = 1_000;
/** How many of them may be within or behind each other. */
const MAX_IN_PLACE_DEPTH = 50;

const schemaUris = new Set([
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2020-12/schema#',
]);

/** Keywords whose values would be taken for schemas, or that say nothing about a value. */
const leftOut = new Set([
  '$anchor',
  '$comment',
  '$dynamicAnchor',
  '$dynamicRef',
  '$id',
  '$ref',
  '$schema',
  '$vocabulary',
  'const',
  'default',
  'enum',
  'examples',
]);

/**
 * A valid schema with its references resolved. Where the subschemas are is known from the check
 * against the meta-schema: all else is data, whatever its keys look like.
 */
export class SchemaDocument {
  readonly problems: Problem[] = [];
  readonly #root: Json;
  /** By their JSON pointers. */
  readonly #subschemas: ReadonlySet<string>;
  readonly #anchors = new Map<string, string>();
  /** The pointers that references lead to, with the anchors that stand for them. */
  readonly #targets = new Map<string, string>();

  constructor(root: Json, subschemas: ReadonlySet<string>) {
    this.#root = root;
    this.#subschemas = subschemas;
    for (const pointer of subschemas) this.#readIdentity(pointer, this.#at(pointer));
    for (const pointer of subschemas) this.#readReferences(pointer, this.#at(pointer));
    if (this.problems.length === 0) this.#checkCost();
  }

  /**
   * The schema for the validator: only what it needs, with anchors of our own for references, and
   * the values of enum and const as texts.
   */
  prepared(): boolean | Record<string, unknown> {
    return this.#prepared(this.#root, '') as boolean | Record<string, unknown>;
  }

  #prepared(value: Json, pointer: string): Json {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#prepared(item, `${pointer}/${index}`));
    }
    const anchor = this.#targets.get(pointer);
    if (anchor !== undefined && typeof value === 'boolean')
      return { $anchor: anchor, allOf: [value] };
    if (!isObject(value)) return value;
    const isSchema = this.#subschemas.has(pointer);
    const members = Object.entries(value)
      .filter(([key]) => !(isSchema && (leftOut.has(key) || !isKnownKeyword(key))))
      .map(([key, member]) => [key, this.#prepared(member, step(pointer, key))] as const);
    const prepared: Prepared = Object.fromEntries(members);
    if (!isSchema) return prepared;
    if (anchor !== undefined) prepared.$anchor = anchor;
    if ('const' in value) prepared.constText = canonicalText(value.const);
    if (Array.isArray(value.enum)) prepared.enumTexts = value.enum.map(canonicalText);
    const references = this.#referencesOf(value).map(({ target }) => ({
      $ref: `#${this.#targets.get(target)}`,
    }));
    if (references.length > 0) {
      prepared.allOf = [...references, ...(prepared.allOf ?? [])];
    }
    return prepared;
  }

  #readIdentity(pointer: string, schema: Json): void {
    if (!isObject(schema)) return;
    const { $schema } = schema;
    if (typeof $schema === 'string' && !schemaUris.has($schema)) {
      const [right] = schemaUris;
      this.#report(step(pointer, '$schema'), `must be ${right} or absent, not ${$schema}`);
    }
    if (pointer !== '' && '$id' in schema) {
      this.#report(step(pointer, '$id'), 'is only allowed at the top: use $defs or $anchor');
    }
    for (const keyword of ['$anchor', '$dynamicAnchor'] as const) {
      const anchor = schema[keyword];
      if (typeof anchor !== 'string') continue;
      if (this.#anchors.has(anchor)) {
        this.#report(step(pointer, keyword), `another subschema has the anchor ${anchor} too`);
      }
      this.#anchors.set(anchor, pointer);
    }
  }

  #readReferences(pointer: string, schema: Json): void {
    if (!isObject(schema)) return;
    for (const { keyword, reference, target } of this.#referencesOf(schema)) {
      if (this.#subschemas.has(target)) {
        if (!this.#targets.has(target)) this.#targets.set(target, `s${this.#targets.size}`);
      } else {
        const right = 'must lead to a subschema in this schema, as #/$defs/name or #anchor';
        this.#report(step(pointer, keyword), `${right}, not to ${reference}`);
      }
    }
  }

  /**
   * There is one schema resource only, so a dynamic reference leads where another would. A target
   * that does not exist is `missing`, which is the pointer of nothing.
   */
  #referencesOf(schema: JsonObject) {
    return (['$ref', '$dynamicRef'] as const).flatMap((keyword) => {
      const reference = schema[keyword];
      if (typeof reference !== 'string') return [];
      return { keyword, reference, target: this.#resolve(reference) ?? 'missing' };
    });
  }

  #resolve(reference: string): string | undefined {
    const [base, fragment = '', more] = reference.split('#');
    const own = isObject(this.#root) ? this.#root.$id : undefined;
    if (more !== undefined || (base !== '' && base !== String(own).replace(/#$/, ''))) {
      return undefined;
    }
    const decoded = decode(fragment);
    if (decoded === '' || decoded?.startsWith('/')) return decoded;
    return decoded === undefined ? undefined : this.#anchors.get(decoded);
  }

  /** Finds references that lead back to where they are, and those that multiply. */
  #checkCost(): void {
    const known = new Map<string, Cost>();
    const costAt = (pointer: string): Cost => {
      let cost = known.get(pointer);
      if (cost === undefined) {
        known.set(pointer, endless);
        const inner = this.#inPlace(pointer, this.#at(pointer)).map(costAt);
        cost = {
          checks: inner.reduce((sum, { checks }) => sum + checks, 1),
          depth: inner.reduce((most, { depth }) => Math.max(most, depth + 1), 1),
        };
        known.set(pointer, cost);
      }
      return cost;
    };
    for (const pointer of this.#subschemas) {
      const { checks, depth } = costAt(pointer);
      if (checks === Number.POSITIVE_INFINITY) {
        this.#report(pointer, 'refers to itself without going deeper into the value');
      } else if (checks > MAX_AT_ONCE) {
        this.#report(
          pointer,
          `too complex: it has more than ${MAX_AT_ONCE} subschemas for a value`,
        );
      } else if (depth > MAX_IN_PLACE_DEPTH) {
        const message = `more than ${MAX_IN_PLACE_DEPTH} subschemas for one value within each other`;
        this.#report(pointer, `too complex: it has ${message}`);
      }
      if (this.problems.length > 0) return;
    }
  }

  /** The subschemas that check the same value as this one does. */
  #inPlace(pointer: string, schema: Json): string[] {
    if (!isObject(schema)) return [];
    const under = (keyword: string) => step(pointer, keyword);
    return [
      ...this.#referencesOf(schema).map(({ target }) => target),
      ...['not', 'if', 'then', 'else'].filter((keyword) => keyword in schema).map(under),
      ...['allOf', 'anyOf', 'oneOf', 'dependentSchemas'].flatMap((keyword) =>
        Object.keys(schema[keyword] ?? {}).map((key) => step(under(keyword), key)),
      ),
    ];
  }

  #at(pointer: string): Json {
    let value = this.#root;
    for (const key of keysOf(pointer)) value = (value as JsonObject)[key];
    return value;
  }

  #report(pointer: string, message: string): void {
    this.problems.push({ path: keysOf(pointer).join('.'), message });
  }
}

type Cost = { readonly checks: number; readonly depth: number };

/** The cost of what is still being added up, and so leads back to itself. */
const endless: Cost = { checks: Number.POSITIVE_INFINITY, depth: 1 };

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const step = (pointer: string, key: string) =>
  `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The keys of a JSON pointer. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
