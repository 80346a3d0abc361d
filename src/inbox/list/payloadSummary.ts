const MAX_PARSED_CHARACTERS = 50_000;
const MAX_VALUE_CHARACTERS = 60;
const MAX_ENTRIES = 4;

/** A payload in a line, a hint for the list: what it begins with. The review itself shows all of it. */
export function payloadSummary(text: string): string {
  if (text.length > MAX_PARSED_CHARACTERS) return `${text.slice(0, 2 * MAX_VALUE_CHARACTERS)}…`;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return brief(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return brief(value);
  const shown = entries
    .slice(0, MAX_ENTRIES)
    .map(([key, member]) => (Array.isArray(value) ? brief(member) : `${key}: ${brief(member)}`));
  return [...shown, ...(entries.length > MAX_ENTRIES ? ['…'] : [])].join(' · ');
}

function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.keys(value).length}}`;
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ') : String(value);
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}
