/**
 * Whether two different texts look the same because they only encode accents differently: as a
 * letter with its accent, or as a letter and an accent.
 */
export const looksSame = (one: string, other: string): boolean =>
  one !== other && one.normalize('NFC') === other.normalize('NFC');

/** What to say next to them. */
export const sameLookNote = 'Looks the same: only the encoding of accents differs';
