import { describe, keyOf, keyOfExecution, mayDecide, type Rule } from './run.ts';

/** The only error codes that a client may see while something is down. */
const WHILE_AWAY = ['SERVICE_UNAVAILABLE'];

/**
 * Outages are reported as such, and expired tokens are always rejected. An agent may be forbidden
 * to change the execution of another agent.
 */
export const errorsAreHonest: Rule = ({ operations, database }) => {
  const owners = new Map(
    database.executions.map((row) => [keyOf(row.owner, row.graphExecId), row.registeredBy]),
  );
  return operations.flatMap((operation) => {
    const { expiredToken, outcome, error, name, actor } = operation;
    if (outcome === 'lost') return [];
    if (expiredToken)
      return outcome === 'failed' && ['UNAUTHENTICATED', ...WHILE_AWAY].includes(error ?? '')
        ? []
        : [`${describe(operation)} was accepted although its token had expired`];
    const isForbidden =
      name === 'registerExecution' &&
      !mayDecide(operation) &&
      owners.get(keyOfExecution(operation)) !== actor;
    const honest = isForbidden ? ['FORBIDDEN', ...WHILE_AWAY] : WHILE_AWAY;
    return outcome === 'answered' || honest.includes(error ?? '')
      ? []
      : [`${describe(operation)} failed with ${error}`];
  });
};
