const CHECK_MS = 250;

/**
 * Ends this process when the npm that runs it was terminated. npm signals only the shell between
 * the two, and the shell exits without passing the signal on; the parent process changes then.
 */
export function exitWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_MS);
  check.unref();
}
