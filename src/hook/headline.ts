const MAX_CHARACTERS = 200;

/**
 * What a list shows of a call: the tool and the first text among its arguments, on one line, such as
 * `Bash: npm test`.
 */
export function headline(tool: string, payload: unknown): string {
  const given = (payload ?? {}) as { input?: unknown };
  const first = Object.values((given.input ?? given) as object).find(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  const words = (first === undefined ? tool : `${tool}: ${first}`).split(/\s/);
  const line = words.filter((word) => word !== '').join(' ');
  if (line.length <= MAX_CHARACTERS) return line;
  return `${line.slice(0, MAX_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
