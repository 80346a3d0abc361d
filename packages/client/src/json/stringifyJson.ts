/**
 * `JSON.rawJSON` (ES2026): an object that JSON.stringify writes as the given text of one primitive.
 * Node 20 and browsers before 2025 do not have it.
 */
export const rawJson = (JSON as typeof JSON & { rawJSON?: (primitive: string) => object }).rawJSON;

// JSON.stringify is much faster than anything written in JavaScript, but it cannot take the text of
// an object or array as it is. So each such text is collected while JSON.stringify runs, a marker
// stands in its place, and afterwards the texts are put where the markers are.

/**
 * The string "/" spelled `"\/"`, which is JSON but which JSON.stringify writes for nothing else: it
 * never escapes a slash, and after a quote inside a string comes no backslash before a slash.
 */
const rawMarker = String.raw`"\/"`;
/** A marker for engines without JSON.rawJSON: a secret that never leaves this file. */
const secret = crypto.getRandomValues(new BigUint64Array(2)).join('-');

const marker: unknown = rawJson?.(rawMarker) ?? secret;
const markerText = rawJson ? rawMarker : JSON.stringify(secret);

/** The texts of the current call. Stringifying is synchronous, so there is only one. */
let collected: string[] | undefined;

/**
 * As JSON.stringify, but a JsonText goes out as its exact text. A replacer sees nothing of it.
 *
 * @throws TypeError for what has no JSON form, as undefined, a function, a BigInt or a cycle.
 */
export function stringifyJson(
  value: unknown,
  replacer?: (key: string, value: unknown) => unknown,
): string {
  const outer = collected;
  const texts: string[] = [];
  let json: string | undefined;
  collected = texts;
  try {
    json = JSON.stringify(value, replacer);
  } finally {
    collected = outer;
  }
  if (json === undefined) throw new TypeError(`A ${typeof value} has no JSON form`);
  return texts.length === 0 ? json : withTexts(json, texts);
}

/**
 * For a toJSON method whose object has a text of its own: what it returns to have that text written
 * verbatim, or undefined where JSON.stringify was called by somebody else.
 */
export function verbatim(text: string): unknown {
  if (collected === undefined) return undefined;
  collected.push(text);
  return marker;
}

function withTexts(json: string, texts: readonly string[]): string {
  const pieces = json.split(markerText);
  // Only a toJSON or getter that stringifies a JsonText by itself gets here. Refuse to guess.
  if (pieces.length !== texts.length + 1) throw new Error('A JsonText was stringified out of turn');
  let whole = pieces[0] ?? '';
  for (let at = 0; at < texts.length; at++) whole += `${texts[at]}${pieces[at + 1]}`;
  return whole;
}
