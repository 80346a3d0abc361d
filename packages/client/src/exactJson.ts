import type { JsonText } from './json/jsonText.ts';
import { jsonTextOf, parseJson } from './json/parseJson.ts';
import { InvalidInputError } from './problems.ts';

/**
 * A payload from its JSON text, which is sent as it is: every digit, and the order of keys.
 * @throws InvalidInputError where the text is not JSON
 */
export function exactJson(text: string): JsonText {
  try {
    return jsonTextOf(parseJson(text));
  } catch (error) {
    throw new InvalidInputError([{ path: '', message: (error as Error).message }]);
  }
}

/** The exact JSON text of a payload as it came in an answer, or of any part of it. */
export const exactText = (payload: unknown): string => jsonTextOf(payload).text;
