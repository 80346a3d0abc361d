/** Where a value stands in its text, in UTF-16 units. */
type Position = { readonly start: number; readonly end: number };

export type JsonLeaf = Position &
  (
    | { readonly kind: 'string'; readonly value: string }
    /** As it is written: a JavaScript number would round it. */
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** An object or array. Its members keep the order of the text, and duplicate keys. */
export type JsonBranch = Position & {
  readonly kind: 'object' | 'array';
  readonly members: readonly JsonMember[];
};

export type JsonNode = JsonLeaf | JsonBranch;

/** One member of an object by its key, or of an array by its index from 0. */
export type JsonMember = { readonly key: string | number; readonly value: JsonNode };

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const letterF = 0x66;
const letterN = 0x6e;
const letterT = 0x74;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Reads JSON text into a tree that keeps what JSON.parse loses: positions, digits, the order of
 * keys, and duplicate keys. It recurses as deep as the text nests.
 * @param text must be valid JSON, as parseJson checks it; other text gives a meaningless tree
 */
export function readJsonTree(text: string): JsonNode {
  let at = 0;
  return readValue();

  function readValue(): JsonNode {
    const first = next();
    const start = at;
    if (first === quote) return { kind: 'string', value: readString(), start, end: at };
    if (first === openBrace) return { kind: 'object', members: readMembers(), start, end: at };
    if (first === openBracket) return { kind: 'array', members: readItems(), start, end: at };
    if (first === letterN) return { kind: 'null', start, end: skip('null') };
    if (first === letterT) return { kind: 'boolean', value: true, start, end: skip('true') };
    if (first === letterF) return { kind: 'boolean', value: false, start, end: skip('false') };
    do at++;
    while (isNumberPart(text.charCodeAt(at)));
    return { kind: 'number', text: text.slice(start, at), start, end: at };
  }

  function readMembers(): JsonMember[] {
    const members: JsonMember[] = [];
    at++;
    for (let code = next(); code !== closeBrace && at < text.length; code = next()) {
      if (code === comma) {
        at++;
        next();
      }
      const key = readString();
      next();
      at++;
      members.push({ key, value: readValue() });
    }
    at++;
    return members;
  }

  function readItems(): JsonMember[] {
    const members: JsonMember[] = [];
    at++;
    for (let code = next(); code !== closeBracket && at < text.length; code = next()) {
      if (code === comma) at++;
      members.push({ key: members.length, value: readValue() });
    }
    at++;
    return members;
  }

  function readString(): string {
    const start = at + 1;
    let end = text.indexOf('"', start);
    if (end < 0) end = text.length;
    const plain = text.slice(start, end);
    if (!plain.includes('\\')) {
      at = end + 1;
      return plain;
    }
    end = start;
    while (end < text.length && text.charCodeAt(end) !== quote) {
      end += text.charCodeAt(end) === backslash ? 2 : 1;
    }
    at = end + 1;
    return unescaped(text.slice(start - 1, at));
  }

  function skip(word: string): number {
    at += word.length;
    return at;
  }

  /** Skips white space and returns the code of the character that follows. */
  function next(): number {
    let code = text.charCodeAt(at);
    while (code <= 0x20) code = text.charCodeAt(++at);
    return code;
  }
}

/** Digits, signs, the point and the exponent. */
const isNumberPart = (code: number): boolean =>
  (code >= 0x2b && code <= 0x39 && code !== comma) || code === 0x65 || code === 0x45;

/** The text of a string literal that holds escapes. */
function unescaped(literal: string): string {
  try {
    return JSON.parse(literal);
  } catch {
    return literal;
  }
}

export const isBranch = (node: JsonNode): node is JsonBranch =>
  node.kind === 'object' || node.kind === 'array';

/** The value under a key; undefined if there is none, or more than one. */
export function memberOf(node: JsonNode | undefined, key: string | number): JsonNode | undefined {
  if (node === undefined || !isBranch(node)) return undefined;
  const found = node.members.filter((member) => member.key === key);
  return found.length === 1 ? found[0]?.value : undefined;
}

/** How many objects and arrays are around the innermost value. */
export const nestingOf = (node: JsonNode): number =>
  isBranch(node)
    ? node.members.reduce((most, { value }) => Math.max(most, 1 + nestingOf(value)), 1)
    : 0;

/** The JavaScript value of a tree. Of a duplicate key it has the last value, as JSON.parse does. */
export function valueOfTree(node: JsonNode, numberOf: (text: string) => unknown): unknown {
  switch (node.kind) {
    case 'object': {
      const object: Record<string, unknown> = {};
      for (const { key, value } of node.members) {
        setOwn(object, key as string, valueOfTree(value, numberOf));
      }
      return object;
    }
    case 'array':
      return node.members.map(({ value }) => valueOfTree(value, numberOf));
    case 'number':
      return numberOf(node.text);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

/** Assigning to `__proto__` would set the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}
