/** Words that CEL keeps for itself, so that they are no names of fields. */
const RESERVED = new Set(
  `as break const continue else false for function if import in let loop namespace null package
  return true var void while`.split(/\s+/),
);

/** Everything that is not plainly visible, except the space. */
const HIDDEN = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** A well-formed string as a literal of CEL, in which nothing ends it early or is invisible. */
export const stringLiteral = (text: string): string =>
  JSON.stringify(text).replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) as number;
    const digits = code.toString(16);
    return code > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
  });

/** A number of a payload, as it is written there, as a literal: large integers as a fraction. */
export const numberLiteral = (text: string): string =>
  /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text)) ? `${text}.0` : text;

/** How a field is reached, such as `payload.to` or `payload["e-mail"]`. */
export const fieldOf = (parent: string, key: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !RESERVED.has(key)
    ? `${parent}.${key}`
    : `${parent}[${stringLiteral(key)}]`;
