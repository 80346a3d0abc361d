import { z } from 'zod';

const MAX_ID_CHARACTERS = 255;

export type InputIssue = { path: string; message: string };

/** A value was refused. Each issue names where, dotted from the argument: `input.decisions.0.message`. */
export class InvalidInputError extends Error {
  readonly issues: InputIssue[];

  constructor(issues: InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.issues = issues;
  }
}

/** Not there, or another owner's: the two are not told apart. */
export class NotFoundError extends Error {
  readonly ids: string[];

  constructor(what: string, ids: string[]) {
    super(`${what} not found, or no access with this token: ${ids.join(', ')}`);
    this.ids = ids;
  }
}

/** Text that PostgreSQL and UTF-8 carry unchanged, up to a number of characters. */
export const text = (maxCharacters: number) =>
  z.string().superRefine((value, { addIssue }) => {
    if (value.includes('\0')) addIssue('must not hold a NUL character');
    if (!value.isWellFormed()) addIssue('must not hold half of a surrogate pair');
    // The number of UTF-16 units is never below that of characters, and is there at once.
    const characters = value.length > maxCharacters ? [...value].length : 0;
    if (characters > maxCharacters) {
      addIssue(`must have at most ${maxCharacters} characters, not ${characters}`);
    }
  });

export const id = text(MAX_ID_CHARACTERS).min(1, 'must not be empty');

export const MAX_IDS = 100;

export const ids = z.array(id).max(MAX_IDS, {
  error: ({ input }) => `must hold at most ${MAX_IDS} ids, not ${(input as unknown[]).length}`,
});

/**
 * @param at what the paths of issues begin with
 * @returns the input as the schema makes it
 * @throws InvalidInputError with a path for each value that was refused
 */
export function checkInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  at: string[] = ['input'],
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(
    result.error.issues.map(({ path, message }) => ({
      path: [...at, ...path].join('.'),
      message,
    })),
  );
}
