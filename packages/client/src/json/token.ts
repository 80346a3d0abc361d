/**
 * What `scan()` of jsonc-parser's scanner answers. The package declares these numbers as a
 * `const enum`, which cannot be read where each file is compiled on its own.
 */
export const token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  end: 17,
} as const;
