import { JsonText, jsonProblems } from '@holdpoint/client/json';
import { LRUCache } from 'lru-cache';
import type { Problem } from './jsonSchema/schemaDocument.ts';
import type { JsonValue, Validator } from './jsonSchema/validator.ts';

const MAX_SCHEMA_BYTES = 65_536;
const MAX_SCHEMA_DEPTH = 64;
/** Of all schemas in the cache. A validator takes about 20 bytes for each. */
const MAX_CACHED_CHARACTERS = 1_000_000;

const unlimited = { maxCharacters: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };

const validators = new LRUCache<string, Validator>({
  maxSize: MAX_CACHED_CHARACTERS,
  sizeCalculation: (_validator, text) => text.length,
});

/**
 * What is wrong with the schema of a question's answers; nothing if it can be used. It must be
 * JSON Schema 2020-12 in one document, with patterns in RE2 syntax, and cheap to check.
 */
export async function schemaProblems(schema: JsonText): Promise<Problem[]> {
  const validator = await load(schema);
  return Array.isArray(validator) ? validator : [];
}

/**
 * What in an answer does not fit the schema of its question.
 * @param schemaText the text of a schema without problems
 */
export async function answerProblems(schemaText: string, answer: JsonText): Promise<Problem[]> {
  // Two numbers that read as the same double would be equal.
  const inexact = jsonProblems(answer, unlimited);
  if (inexact.length > 0) return inexact;
  const validator = await load(new JsonText(schemaText));
  if (!Array.isArray(validator)) return validator(answer.value as JsonValue);
  const [{ path, message } = { path: '', message: 'unknown' }] = validator;
  const where = path === '' ? '' : ` at ${path}`;
  return [{ path: '', message: `cannot be checked: the schema is invalid${where}: ${message}` }];
}

async function load(schema: JsonText): Promise<Validator | Problem[]> {
  const known = validators.get(schema.text);
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(schema.text);
  if (bytes > MAX_SCHEMA_BYTES) {
    return [{ path: '', message: `must have at most ${MAX_SCHEMA_BYTES} bytes, not ${bytes}` }];
  }
  const limits = { maxCharacters: MAX_SCHEMA_BYTES, maxDepth: MAX_SCHEMA_DEPTH };
  const problems = jsonProblems(schema, limits);
  if (problems.length > 0) return problems;
  const { validatorOf } = await import('./jsonSchema/validator.ts'); // only if there are questions
  const validator = await validatorOf(schema.value as JsonValue);
  if (!Array.isArray(validator)) validators.set(schema.text, validator);
  return validator;
}
