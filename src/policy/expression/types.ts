import { nameOfKind } from './operators.ts';
import type { Variables } from './scope.ts';
import type { Kind } from './values.ts';

/** What is known of a value before an expression is evaluated. Of a payload, that is nothing. */
export type Type = Kind | 'any';

/** The variables of expressions. Those that may be null are of any type. */
export const VARIABLES = {
  node: 'string',
  graph: 'string',
  graphVersion: 'number',
  execution: 'string',
  requestedBy: 'string',
  consumers: 'list',
  kind: 'string',
  instructions: 'any',
  headline: 'any',
  tags: 'list',
  risk: 'any',
  payload: 'any',
  now: 'timestamp',
} as const satisfies Record<keyof Variables, Type>;

/** The values of variables that have no others. */
export const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['kind', ['ACTION', 'QUESTION']],
  ['risk', ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']],
]);

export const isVariable = (name: string): name is keyof Variables => Object.hasOwn(VARIABLES, name);

export const nameOfType = (type: Type): string => (type === 'any' ? 'any value' : nameOfKind(type));

const ORDERED: ReadonlySet<Type> = new Set<Type>(['number', 'string', 'timestamp', 'duration']);
const SUMS: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['number + number', 'number'],
  ['number - number', 'number'],
  ['string + string', 'string'],
  ['duration + duration', 'duration'],
  ['duration - duration', 'duration'],
  ['timestamp + duration', 'timestamp'],
  ['duration + timestamp', 'timestamp'],
  ['timestamp - duration', 'timestamp'],
  ['timestamp - timestamp', 'duration'],
]);

/** The type of what an operator gives; null if it cannot work between values of these types. */
export function typeOfBinary(operator: string, left: Type, right: Type): Type | null {
  const isKnown = left !== 'any' && right !== 'any';
  switch (operator) {
    case '==':
    case '!=':
      return isKnown && left !== right && left !== 'null' && right !== 'null' ? null : 'bool';
    case 'in':
      if (right === 'map') return left === 'any' || left === 'string' ? 'bool' : null;
      return right === 'any' || right === 'list' ? 'bool' : null;
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (isKnown && left !== right) return null;
      return [left, right].every((type) => type === 'any' || ORDERED.has(type)) ? 'bool' : null;
    case '+':
    case '-':
      return typeOfSum(operator, left, right);
    default:
      return [left, right].every((type) => type === 'any' || type === 'number') ? 'number' : null;
  }
}

function typeOfSum(operator: string, left: Type, right: Type): Type | null {
  const results = new Set<Type>();
  for (const [sum, result] of SUMS) {
    const [one, sign, other] = sum.split(' ');
    const fits = (type: Type, kind: string | undefined) => type === 'any' || type === kind;
    if (sign === operator && fits(left, one) && fits(right, other)) results.add(result);
  }
  const [only] = results;
  return only === undefined ? null : results.size === 1 ? only : 'any';
}
