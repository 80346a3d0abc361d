import { checkSerializable } from './checkSerializable.ts';
import { JsonText } from './json/jsonText.ts';

/**
 * A snapshot: the caller may change the object while the review waits.
 * @throws InvalidInputError if it is not JSON
 */
export function payloadOf(value: unknown): JsonText {
  checkSerializable(value, 'payload');
  return JsonText.of(value ?? null);
}
