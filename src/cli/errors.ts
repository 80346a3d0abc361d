/** The command failed for a reason that the user can fix. One line; exit code 1. */
export class CommandError extends Error {}

/** The command was called incorrectly. One line that says how to call it; exit code 2. */
export class UsageError extends Error {}
