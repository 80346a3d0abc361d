/** Spreadsheets take text for a formula that begins like this, also behind spaces. */
const formula = /^[\s\uFEFF]*[=+\-@＝＋－＠]|^[\t\r\n]/;
/**
 * The same where a cell may begin inside the text: many spreadsheets separate cells by semicolons or
 * tabs, and then know no quotes within a cell.
 */
const innerFormula = /([;\t\r\n][^\S\t\r\n]*)(?=[=+\-@＝＋－＠])/g;

/**
 * One line of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets an
 * apostrophe in front, because agents write some of it.
 */
export const csvLine = (cells: readonly (string | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(value: string | null): string {
  if (value === null) return '';
  const inside = value.replace(innerFormula, "$1'");
  const text = formula.test(value) ? `'${inside}` : inside;
  return /[",;\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
