import { JsonText, jsonTextOf, parseJson, printJson, readJsonTree } from '@holdpoint/client/json';
import type { Review } from './feed.ts';
import { jsonLines } from './payloadLines.ts';

type Form =
  | { shape: 'choice'; choices: readonly JsonText[] }
  | { shape: 'yesNo' | 'text' | 'json' };

export const schemaText = ({ answerSchema }: Pick<Review, 'answerSchema'>): string =>
  jsonTextOf(answerSchema).text;

/** How an answer is typed. A single choice has numbers, everything unusual is typed as JSON. */
function formOf(review: Pick<Review, 'answerSchema'>): Form {
  const schema: unknown = parseJson(schemaText(review));
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return { shape: 'json' };
  }
  const { enum: choices, type } = schema as { enum?: unknown; type?: unknown };
  if (Array.isArray(choices) && choices.length > 0) {
    return { shape: 'choice', choices: choices.map((choice) => jsonTextOf(choice)) };
  }
  if (type === 'boolean') return { shape: 'yesNo' };
  return { shape: type === 'string' ? 'text' : 'json' };
}

/** How to answer, as safe lines; none if it is no question. */
export function formLines(review: Pick<Review, 'kind' | 'answerSchema'>): string[] {
  if (review.kind !== 'QUESTION') return [];
  const form = formOf(review);
  switch (form.shape) {
    case 'choice':
      return form.choices.flatMap((choice, at) =>
        jsonLines(choice).map((line, row) => (row === 0 ? `${at + 1}) ${line}` : `   ${line}`)),
      );
    case 'yesNo':
      return ['y or n'];
    case 'text':
      return ['text', ...jsonLines(new JsonText(schemaText(review)))];
    case 'json':
      return ['JSON that fits this schema:', ...jsonLines(new JsonText(schemaText(review)))];
  }
}

/**
 * The answer that a reviewer typed. The service checks whether it fits the schema.
 * @throws SyntaxError if it is not one, with what would be
 */
export function readAnswer(review: Pick<Review, 'answerSchema'>, typed: string): JsonText {
  const form = formOf(review);
  if (form.shape === 'choice') {
    const choice = /^\d+$/.test(typed) ? form.choices[Number(typed) - 1] : undefined;
    if (choice) return choice;
    throw new SyntaxError(`type a number from 1 to ${form.choices.length}`);
  }
  if (form.shape === 'yesNo') {
    const answer = yesOrNo[typed.toLowerCase()];
    if (answer !== undefined) return JsonText.of(answer);
    throw new SyntaxError('type y or n');
  }
  if (form.shape === 'text' && !typed.startsWith('"')) return JsonText.of(typed);
  try {
    parseJson(typed);
    return new JsonText(printJson(readJsonTree(typed)));
  } catch (error) {
    throw new SyntaxError(`type it as JSON, e.g. {"amount": 5} (${(error as Error).message})`);
  }
}

const yesOrNo: Readonly<Record<string, boolean>> = { y: true, yes: true, n: false, no: false };
