/** A part of the text of an expression, in UTF-16 units from 0. */
export type Range = { readonly start: number; readonly end: number };

/** What is wrong with an expression, and where. Lines and columns count from 1. */
export type ExpressionProblem = Range & {
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

/** Thrown while an expression is compiled. */
export class ExpressionError extends Error {
  readonly range: Range;

  constructor(message: string, { start, end }: Range) {
    super(message);
    this.range = { start, end };
  }
}

export function problemAt(text: string, message: string, { start, end }: Range): ExpressionProblem {
  const lines = text.slice(0, start).split('\n');
  return { message, start, end, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

const MAX_PIECE = 60;

/** As in `line 1, column 5, at "nod": unknown variable nod`. */
export function describe(problem: ExpressionProblem, text: string): string {
  const { start, end, line, column, message } = problem;
  const piece = text.slice(start, end);
  const shortened = piece.length > MAX_PIECE ? `${piece.slice(0, MAX_PIECE)}…` : piece;
  const at = piece === '' ? '' : `, at ${JSON.stringify(shortened)}`;
  return `line ${line}, column ${column}${at}: ${message}`;
}
