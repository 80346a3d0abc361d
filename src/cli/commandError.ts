/** A command could not do what it was asked. One line for a person; exit code 1. */
export class CommandError extends Error {}
