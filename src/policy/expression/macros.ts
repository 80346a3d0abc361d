import type { ASTNode } from '@marcbachmann/cel-js';
import type { Compiler, Part } from './compile.ts';
import { kindProblem } from './operators.ts';
import { ExpressionError } from './position.ts';
import { isVariable } from './types.ts';
import { elementsOf, isList, isMap, Problem, type Value } from './values.ts';

/** They go through the elements of a list or the keys of an object. */
export const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
type Macro = (typeof MACROS)[number];

export const isMacro = (name: string): name is Macro => MACROS.includes(name as Macro);

// How many steps the work takes, as measured.
const STEPS_PER_ELEMENT = 4;
const STEPS_PER_PART = 3;

export function compileMacro(
  compiler: Compiler,
  node: ASTNode,
  name: Macro,
  range: ASTNode,
  args: ASTNode[],
): Part {
  const [variable, ...bodies] = args as [ASTNode | undefined, ...ASTNode[]];
  if (bodies.length !== 1 && !(name === 'map' && bodies.length === 2)) {
    throw new ExpressionError(`wrong number of arguments for ${name}`, node);
  }
  if (compiler.locals.length > 0 && range.op !== 'list') {
    const message = 'a macro inside a macro may only go through a list literal';
    throw new ExpressionError(message, node);
  }
  const local = variable?.op === 'id' ? variable.args : '';
  if (local === '' || isVariable(local) || compiler.locals.includes(local)) {
    throw new ExpressionError(`${name} needs a new name for the elements`, variable ?? node);
  }
  const container = compiler.expect(range, ['list', 'map'], name).run;

  const slot = compiler.locals.length;
  const partsBefore = compiler.parts;
  compiler.locals.push(local);
  const transform = name === 'map' ? compiler.part(bodies.pop() as ASTNode).run : null;
  const [condition] = bodies.map((body) => compiler.expect(body, ['bool'], name).run);
  compiler.locals.pop();
  const steps = STEPS_PER_ELEMENT + STEPS_PER_PART * (compiler.parts - partsBefore);

  const notContainer = kindProblem((one) => `${name} needs a list or an object, not ${one}`);
  const notBool = kindProblem((one) => `${name} needs true or false for each element, not ${one}`);
  return {
    type: name === 'map' || name === 'filter' ? 'list' : 'bool',
    run(scope) {
      const object = container(scope);
      if (object instanceof Problem) return object;
      if (!isList(object) && !isMap(object)) return notContainer(object);
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
          const result = transform === null ? element : transform(scope);
          if (result instanceof Problem) return result;
          results.push(result);
        }
      }
      if (problem !== undefined) return problem;
      if (name === 'exists_one') return results.length === 1;
      return name === 'all' ? true : name === 'exists' ? false : results;
    },
  };
}
