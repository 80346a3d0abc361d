/** The command was called wrongly. One line that says what would be right; exit code 2. */
export class UsageError extends Error {}
