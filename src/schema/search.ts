import { checkPageSize, InvalidInputError, MAX_PAGE } from '../input.ts';
import { builder } from './builder.ts';

const MAX_SEARCH_CHARACTERS = 200;

/** The arguments of a list that can be searched. */
export const searchArguments = (where: string) =>
  builder.args((t) => ({
    search: t.string({
      description: `Only those where ${where} contains each of these words, up to ${MAX_SEARCH_CHARACTERS} characters.`,
    }),
    first: t.int({ description: `At most this many, 1 to ${MAX_PAGE}. Defaults to all.` }),
  }));

/** @throws InvalidInputError */
export const takeFirst = (first: number | null | undefined): { take?: number } =>
  first == null ? {} : { take: checkPageSize(first) };

/**
 * The conditions that each word is in one of the columns.
 * @throws InvalidInputError
 */
export function matching<Column extends string>(
  search: string | null | undefined,
  columns: readonly Column[],
) {
  const text = search ?? '';
  if (text.length > MAX_SEARCH_CHARACTERS) {
    const message = `must have at most ${MAX_SEARCH_CHARACTERS} characters, not ${text.length}`;
    throw new InvalidInputError([{ path: 'search', message }]);
  }
  const words = text.split(/\s+/).filter(Boolean);
  return words.map((word) => {
    // Prisma passes the text on to LIKE.
    const contains = word.replace(/[\\%_]/g, '\\$&');
    return {
      OR: columns.map(
        (column) =>
          ({ [column]: { contains, mode: 'insensitive' } }) as {
            [Name in Column]: { contains: string; mode: 'insensitive' };
          },
      ),
    };
  });
}
