import type { JsonText } from './json/jsonText.ts';
import { jsonTextOf, parseJson } from './json/parseJson.ts';
import { InvalidInputError } from './problems.ts';

/**
 * Makes a payload of JSON text that is sent as it is, with all digits and the order of keys.
 * @throws InvalidInputError if the text is not JSON
 */
export function exactJson(text: string): JsonText {
  try {
    return jsonTextOf(parseJson(text));
  } catch (error) {
    throw new InvalidInputError([{ path: '', message: (error as Error).message }]);
  }
}

/** The exact JSON text of a payload in a response, or of any part of it. */
export const exactText = (payload: unknown): string => jsonTextOf(payload).text;
