import { kindProblem } from './operators.ts';
import type { Scope } from './scope.ts';
import { elementsOf, isList, isMap, Problem, type Value } from './values.ts';

/** They go through the elements of a list or the keys of an object. */
export const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
export type MacroName = (typeof MACROS)[number];

export const isMacro = (name: string): name is MacroName => MACROS.includes(name as MacroName);

type Run = (scope: Scope) => Value;

export type Macro = {
  name: MacroName;
  /** What it goes through. */
  range: Run;
  /** `map` may have none. */
  condition: Run | undefined;
  /** Only of `map`. */
  transform: Run | undefined;
  /** Where in `locals` the element is. */
  slot: number;
  /** How many parts the condition and the transform have. */
  parts: number;
};

// How many steps the work takes, as measured.
const STEPS_PER_ELEMENT = 4;
const STEPS_PER_PART = 3;

export function runOf({ name, range, condition, transform, slot, parts }: Macro): Run {
  const steps = STEPS_PER_ELEMENT + STEPS_PER_PART * parts;
  const notRange = kindProblem((one) => `${name} needs a list or an object, not ${one}`);
  const notBool = kindProblem((one) => `${name} needs true or false for each element, not ${one}`);
  return (scope) => {
    const object = range(scope);
    if (object instanceof Problem) return object;
    if (!isList(object) && !isMap(object)) return notRange(object);
    const elements = isList(object) ? elementsOf(object, scope) : object.keys(scope);
    if (elements instanceof Problem) return elements;
    const results: Value[] = [];
    let problem: Problem | undefined;
    for (const element of elements) {
      const limit = scope.spend(steps);
      if (limit !== undefined) return limit;
      scope.locals[slot] = element;
      const value = condition === undefined || condition(scope);
      if (typeof value !== 'boolean') {
        const found = value instanceof Problem ? value : notBool(value);
        // As with && and ||, another element may decide.
        if (found.isLimit || (name !== 'all' && name !== 'exists')) return found;
        problem ??= found;
      } else if (name === 'all') {
        if (!value) return false;
      } else if (value) {
        if (name === 'exists') return true;
        const result = transform === undefined ? element : transform(scope);
        if (result instanceof Problem) return result;
        results.push(result);
      }
    }
    if (problem !== undefined) return problem;
    if (name === 'exists_one') return results.length === 1;
    return name === 'all' ? true : name === 'exists' ? false : results;
  };
}
