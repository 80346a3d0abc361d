import { HoldpointError } from '@holdpoint/client';
import { ConfigError } from '../config.ts';
import { NotDistributedError } from '../database/distribute.ts';
import { MigrationError, NoTablesError, OlderProcessesError } from '../database/migrate.ts';
import { DataFolderError, errorCode } from '../dataFolder.ts';
import { CommandError } from './errors.ts';
import { safeText } from './terminalText.ts';

const readableErrors = [
  CommandError,
  ConfigError,
  DataFolderError,
  MigrationError,
  NoTablesError,
  NotDistributedError,
  OlderProcessesError,
  HoldpointError,
];

/**
 * A line for the user about an error that they can fix, or one for each invalid variable of the
 * environment. Null for every other error.
 */
export function failureText(error: unknown, env: NodeJS.ProcessEnv): string | null {
  if (!(error instanceof Error)) return null;
  if (readableErrors.some((kind) => error instanceof kind)) return error.message;
  const { PORT = '4000', HOST = '127.0.0.1', DATABASE_URL } = env;
  const database = DATABASE_URL ? `the database at ${placeOf(DATABASE_URL)}` : 'the database';
  const unreachable = (reason: string) =>
    `Cannot reach ${database} (${reason}). Start it, or correct DATABASE_URL`;
  const { hostname, syscall } = error as { hostname?: string; syscall?: string };
  const code = errorCode(error);

  if (hostname === HOST) return `HOST ${HOST} is not a host name of this machine`;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${PORT} on ${HOST} is in use. Stop the process that uses it, or set PORT`;
    case 'EADDRNOTAVAIL':
      return `HOST ${HOST} is not an address of this machine`;
    case 'EACCES':
      return syscall === 'listen'
        ? `This user may not listen on port ${PORT}. Set PORT to 1024 or higher`
        : error.message;
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return unreachable(code);
    case '28P01':
    case '28000':
    case '3D000':
    case '42501':
    case '53300':
    case '57P03':
      return `${database.replace('the', 'The')} refused: ${safeText(error.message)}`;
    default:
      return /timeout expired|connection timeout|terminated unexpectedly/i.test(error.message)
        ? unreachable(safeText(error.message))
        : null;
  }
}

/** `127.0.0.1:5432/holdpoint`, without user and password. */
export function placeOf(databaseUrl: string): string {
  try {
    const { hostname, port, pathname } = new URL(databaseUrl);
    return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
