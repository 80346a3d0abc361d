import { CommanderError } from 'commander';
import { UsageError } from './cli/errors.ts';
import { exitWithNpm } from './cli/exitWithNpm.ts';
import { createProgram, withCurrentNames } from './cli/program.ts';
import { invocation } from './cli/terminalText.ts';

/** The command that was called, for its errors: `holdpoint token create`. */
let called = 'holdpoint';

exitWithNpm();

// stdout was closed, e.g. piped to `head`. A command is done then; the service keeps running.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (called !== 'holdpoint serve') process.exit();
});

try {
  const program = createProgram((name) => {
    called += ` ${name}`;
  });
  await program.parseAsync(withCurrentNames(process.argv));
} catch (error) {
  await fail(error);
}

/** Prints one line if the user can fix the error, and sets the exit code. */
async function fail(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    const isHelp = /^commander\.(help|version)/.test(error.code);
    const help = `${called.replace('holdpoint', invocation)} --help`;
    if (!isHelp) console.error(`${called}: ${onOneLine(error.message)}. See: ${help}`);
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    console.error(`${called}: ${error.message}`);
    process.exitCode = 2;
  } else {
    const { failureText } = await import('./cli/failure.ts');
    console.error(failureText(error, process.env) ?? error);
    // Connections that are still open must not keep the process alive. Only 2 blocks a hook's tool.
    process.exit(called.startsWith('holdpoint hook') ? 2 : 1);
  }
}

function onOneLine(message: string): string {
  const lines = message.replace(/^error: /, '').split('\n');
  return lines
    .map((line) => line.trim())
    .join(' ')
    .replace(/\.$/, '');
}
