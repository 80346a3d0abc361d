/** How a person calls this program: from a clone through npm, which prepares what is missing. */
export const invocation = import.meta.url.includes('/dist/')
  ? 'npx holdpoint'
  : 'npm run -s holdpoint --';

/** One word for a shell, quoted where it must be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
