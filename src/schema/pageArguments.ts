import { MAX_PAGE } from '../input.ts';
import { builder } from './builder.ts';

/** The arguments of a paged field. */
export const pageArguments = (size: number, what: 'review' | 'event' | 'standing approval') =>
  builder.args((t) => ({
    first: t.int({ defaultValue: size, description: `Page size, 1 to ${MAX_PAGE}.` }),
    after: t.string({ description: `Cursor of the last ${what} of the previous page.` }),
  }));
