import { describe, type Rule } from './run.ts';

/** All that a client may be told while something is away. */
const WHILE_AWAY = ['SERVICE_UNAVAILABLE'];

/** Trouble is said to be that, never anything that a client could misunderstand; and no expired token gets anywhere. */
export const errorsAreHonest: Rule = ({ operations }) =>
  operations.flatMap((operation) => {
    const { expiredToken, outcome, error } = operation;
    if (outcome === 'lost') return [];
    if (expiredToken)
      return outcome === 'failed' && ['UNAUTHENTICATED', ...WHILE_AWAY].includes(error ?? '')
        ? []
        : [`${describe(operation)} was answered although its token had expired`];
    return outcome === 'answered' || WHILE_AWAY.includes(error ?? '')
      ? []
      : [`${describe(operation)} was answered with ${error}`];
  });
