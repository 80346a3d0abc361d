import { HoldpointError } from '@holdpoint/client';
import { ConfigError } from '../config.ts';
import { MigrationError, OlderProcessesError } from '../database/migrate.ts';
import { DataFolderError, errorCode } from '../dataFolder.ts';
import { CommandError } from './commandError.ts';
import { safeText } from './safeText.ts';

const forPeople = [
  CommandError,
  ConfigError,
  DataFolderError,
  MigrationError,
  OlderProcessesError,
  HoldpointError,
];

/** What a person can do something about, in one line (one for each bad value of the environment); null for a fault of ours. */
export function failureText(error: unknown, env: NodeJS.ProcessEnv): string | null {
  if (!(error instanceof Error)) return null;
  if (forPeople.some((kind) => error instanceof kind)) return error.message;
  const { PORT = '4000', HOST = '127.0.0.1', DATABASE_URL } = env;
  const database = DATABASE_URL ? `the database at ${placeOf(DATABASE_URL)}` : 'the database';

  if ((error as { hostname?: string }).hostname === HOST) {
    return `HOST ${HOST} is no name of this machine`;
  }
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `Port ${PORT} on ${HOST} is in use. Stop what listens there, or set PORT to another`;
    case 'EADDRNOTAVAIL':
      return `HOST ${HOST} is no address of this machine`;
    case 'EACCES':
      return `${(error as { syscall?: string }).syscall === 'listen' ? `Port ${PORT} is not for this user. Set PORT to 1024 or more` : error.message}`;
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `Cannot reach ${database} (${errorCode(error)}). Start it, or correct DATABASE_URL`;
    case '28P01':
    case '28000':
    case '3D000':
    case '42501':
    case '53300':
    case '57P03':
      return `${database.replace('the', 'The')} refuses: ${safeText(error.message)}`;
    default:
      return /timeout expired|connection timeout|terminated unexpectedly/i.test(error.message)
        ? `Cannot reach ${database} (${safeText(error.message)}). Start it, or correct DATABASE_URL`
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
