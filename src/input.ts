import { z } from 'zod';

const MAX_ID_CHARACTERS = 255;

export type InputIssue = { path: string; message: string };

/** Some input is invalid. The paths in `issues` look like `input.decisions.0.message`. */
export class InvalidInputError extends Error {
  readonly issues: InputIssue[];

  constructor(issues: InputIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.issues = issues;
  }
}

/** Something does not exist, or the viewer has no access to it. The error does not say which. */
export class NotFoundError extends Error {
  readonly ids: string[];

  constructor(what: string, ids: string[]) {
    super(`${what} not found, or no access with this token: ${ids.join(', ')}`);
    this.ids = ids;
  }
}

/** Text that survives UTF-8 and PostgreSQL unchanged. */
export const text = (maxCharacters: number) =>
  z.string().superRefine((value, { addIssue }) => {
    if (value.includes('\0')) addIssue('must not contain NUL characters');
    if (!value.isWellFormed()) addIssue('must not contain unpaired surrogates');
    // Counting characters is slow, and there are never more of them than of UTF-16 units.
    const characters = value.length > maxCharacters ? [...value].length : 0;
    if (characters > maxCharacters) {
      addIssue(`must have at most ${maxCharacters} characters, not ${characters}`);
    }
  });

export const id = text(MAX_ID_CHARACTERS).min(1, 'must not be empty');

export const MAX_IDS = 100;

export const ids = z.array(id).max(MAX_IDS, {
  error: ({ input }) => `must contain at most ${MAX_IDS} IDs, not ${(input as unknown[]).length}`,
});

export const MAX_PAGE = 100;

/** @throws InvalidInputError */
export function checkPageSize(first: number): number {
  if (first >= 1 && first <= MAX_PAGE) return first;
  const message = `must be between 1 and ${MAX_PAGE}, not ${first}`;
  throw new InvalidInputError([{ path: 'first', message }]);
}

/**
 * @param path prefix of the paths in issues
 * @returns the input, parsed by the schema
 * @throws InvalidInputError
 */
export function checkInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  path: string[] = ['input'],
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(
    result.error.issues.map((issue) => ({
      path: [...path, ...issue.path].join('.'),
      message: issue.message,
    })),
  );
}
