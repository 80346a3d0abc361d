/** What a hook prints, and the exit code that it ends with. */
export type HookAnswer = { stdout: string; stderr?: string; exitCode: number };
