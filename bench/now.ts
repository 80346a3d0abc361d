/** Monotonic time in milliseconds, comparable between processes on the same machine. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
