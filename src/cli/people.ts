import { InvalidInputError, NotFoundError } from '../input.ts';
import { commandLine, type Manager, type PeopleStore } from '../people/changePeople.ts';
import { TeamInUseError } from '../people/errors.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import { printTable, safeText } from './terminalText.ts';

// What the commands for members, teams, delegations and tokens share.

/** Runs a change of a workspace's people. */
export const changeAs = <Result>(
  userId: string,
  work: (store: PeopleStore, manager: Manager) => Promise<Result>,
): Promise<Result> => withPeople((store) => work(store, commandLine(userId)));

/** @throws CommandError with the reason if a change is refused */
export const withPeople = <Result>(
  work: (store: PeopleStore) => Promise<Result>,
): Promise<Result> =>
  withDatabase(readCommandConfig(process.env), (database) =>
    // The service reads new events every second, also without a notification.
    work({ database, notifyFeed: () => {} }),
  ).catch((error: unknown) => {
    if (error instanceof InvalidInputError) {
      const issues = error.issues.map(({ path, message }) =>
        safeText(`${path.replace(/^input\./, '')} ${message}`),
      );
      throw new CommandError(issues.join('; '));
    }
    const isExpected = error instanceof NotFoundError || error instanceof TeamInUseError;
    throw isExpected ? new CommandError(safeText(error.message)) : error;
  });

/** Prints rows as JSON, one object per line, or as a table. */
export function printRows<Row>(
  rows: readonly Row[],
  isJson: boolean | undefined,
  { columns, empty }: { columns: Record<string, (row: Row) => string>; empty: string },
): void {
  if (isJson) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const cells = rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  printTable(Object.keys(columns), cells, empty);
}
