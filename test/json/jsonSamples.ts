import fc from 'fast-check';

/**
 * A JSON text as a client may write it, its expected normal form and value, and the samples of its
 * members (for a duplicate key, the last one). The value is made without JSON.parse, which gets
 * some escaped keys wrong.
 */
export type JsonSample = {
  readonly raw: string;
  readonly normal: string;
  readonly value: unknown;
  readonly parts: ReadonlyMap<string | number, JsonSample>;
};

const noParts: JsonSample['parts'] = new Map();

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** Every JSON syntax for numbers, from ordinary ones to those that no double can represent. */
export const numberText: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,24})?([eE][+-]?\d{1,3})?$/),
  fc.integer().map(String),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: 9007199254740980n, max: 9007199254741010n }).map(String),
  fc.constantFrom('0', '-0', '1.0', '-0.0e7', '1E3', '1e400', '-1e400', '1e-400', '5e-324', '1e20'),
  fc.constantFrom('0.12345678901234567890', '9007199254740993.0', '1e-99999999999999999999'),
);

const unit = fc.oneof(
  fc.constantFrom(...'ab/"\\\b\f\n\r\t\0{}[]:,1', 'é', '\u2028', '\u007f', '\u001f'),
  fc.constantFrom('\ud83d\ude00', '\ud800', '\udfff', '\uffff'),
);

const shortEscapes: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Each UTF-16 code unit as a JSON escape. */
export function hexEscape(text: string): string {
  return text
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function written(text: string, how: number): string {
  const mustEscape = text === '"' || text === '\\' || text < ' ';
  if (how === 0 && !mustEscape) return text;
  if (how === 2) return hexEscape(text).toUpperCase().replaceAll('\\U', '\\u');
  return (how === 1 || mustEscape ? shortEscapes[text] : undefined) ?? hexEscape(text);
}

function textSample(units: fc.Arbitrary<readonly string[]>) {
  return units.chain((said) =>
    fc.array(fc.nat(3), { minLength: said.length, maxLength: said.length }).map((hows) => ({
      said: said.join(''),
      raw: `"${said.map((one, at) => written(one, hows[at] ?? 0)).join('')}"`,
    })),
  );
}

const keyUnits = fc.oneof(
  fc
    .constantFrom('a', 'b', '1', '2', '10', '', '__proto__', 'toJSON', 'length')
    .map((key) => [...key]),
  fc.array(unit, { maxLength: 3 }),
);

/** Any JSON, with random white space and escapes, odd keys, unsorted keys and duplicate keys. */
export const anyJson: fc.Arbitrary<JsonSample> = fc.letrec<{ value: JsonSample }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .constantFrom(null, true, false)
      .map((value) => ({ raw: `${value}`, normal: `${value}`, value, parts: noParts })),
    numberText.map((raw) => ({ raw, normal: raw, value: Number(raw), parts: noParts })),
    textSample(fc.array(unit, { maxLength: 6 })).map(({ said, raw }) => ({
      raw,
      normal: JSON.stringify(said),
      value: said,
      parts: noParts,
    })),
    fc.tuple(space, fc.array(fc.tuple(space, tie('value'), space), { maxLength: 5 })).map(
      ([inside, items]): JsonSample => ({
        raw: `[${items.map(([a, { raw }, b]) => a + raw + b).join() || inside}]`,
        normal: `[${items.map(([, { normal }]) => normal).join()}]`,
        value: items.map(([, { value }]) => value),
        parts: new Map(items.map(([, item], at) => [at, item])),
      }),
    ),
    fc
      .tuple(
        space,
        fc.array(fc.tuple(space, textSample(keyUnits), space, tie('value'), space), {
          maxLength: 5,
        }),
      )
      .map(
        ([inside, members]): JsonSample => ({
          raw: `{${members.map(([a, key, b, { raw }, c]) => `${a}${key.raw}${b}:${b}${raw}${c}`).join() || inside}}`,
          normal: `{${members.map(([, key, , { normal }]) => `${JSON.stringify(key.said)}:${normal}`).join()}}`,
          value: Object.fromEntries(members.map(([, key, , { value }]) => [key.said, value])),
          parts: new Map(members.map(([, key, , member]) => [key.said, member])),
        }),
      ),
  ),
})).value;
