import Papa from 'papaparse';

/** The rows of comma-separated values, or null if the text is not regular enough for a table. */
export function parseCsv(text: string): string[][] | null {
  const { data, errors } = Papa.parse<string[]>(text.replace(/\r?\n$/, ''), {
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  const width = data[0]?.length ?? 0;
  const isRegular = data.every((row) => row.length === width);
  return width > 1 && isRegular && errors.length === 0 ? data : null;
}
