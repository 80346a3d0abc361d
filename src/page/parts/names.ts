/** The names in a comma-separated list, as `namesText` writes it. */
export const namesIn = (people: string): string[] =>
  [...people.matchAll(/\s*("(?:[^"\\]|\\.)*"(?=\s*(?:,|$))|[^,]+)/g)].flatMap(
    ([, name = '']) => nameOf(name.trim()) || [],
  );

function nameOf(text: string): string {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

/** Names as a comma-separated list. One with a comma, a quote or spaces around it is in quotes. */
export const namesText = (names: readonly string[]): string =>
  names
    .map((name) => (/[",]/.test(name) || name !== name.trim() ? JSON.stringify(name) : name))
    .join(', ');
