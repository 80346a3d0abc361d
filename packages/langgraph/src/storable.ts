/** The text without what the service cannot store: NUL and halves of surrogate pairs. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '');

const MAX_DETAIL_CHARACTERS = 2_000;

/** A text for the detail of an outcome, cut if it is long. */
export const detailOf = (text: string): string => storable(text.slice(0, MAX_DETAIL_CHARACTERS));
