import { isInexact } from '@holdpoint/client/json';
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { type Call, FUNCTIONS, type FunctionSpec, METHODS, mismatch } from './functions.ts';
import {
  add,
  arithmetic,
  type Binary,
  equal,
  isIn,
  nameOf,
  nameOfKind,
  ordered,
  spend,
  subtract,
  unequal,
} from './operators.ts';
import { Scope, type Variables } from './scope.ts';
import { type Kind, keysOf, kindOf, Problem, type Value } from './values.ts';

// The expressions are CEL, parsed by cel-js: it has no dependencies, and its tree is public and
// says where each part stands. They are evaluated here, because no library in JavaScript has the
// numbers, the comparisons and the bounds that a policy must have: all make `"501" == 501` false
// instead of a problem, add 0.1 and 0.2 inexactly, and go through a payload as often as they are
// told to. A function, macro or operator that this folder does not know is refused.

const MAX_CHARACTERS = 4_000;
const MAX_PARTS = 500;
const MAX_ELEMENTS = 10_000;

const parser = new Environment({
  limits: {
    maxAstNodes: MAX_PARTS,
    maxDepth: 50,
    maxListElements: MAX_PARTS,
    maxMapEntries: MAX_PARTS,
    maxCallArguments: 10,
  },
});

/** A part of the text of an expression, in UTF-16 units from 0. */
export type Range = { readonly start: number; readonly end: number };

/** What is wrong with an expression, and where. Lines and columns count from 1. */
export type ExpressionProblem = Range & {
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

class ExpressionError extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, { start, end }: Range) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export type Expression = {
  /** The variables that it uses, and where each stands first. */
  readonly variables: ReadonlyMap<string, Range>;
  /** Never throws. */
  readonly evaluate: (variables: Variables) => boolean | Problem;
};

/** Compiles an expression, or says why it cannot be compiled. */
export function compile(text: string): Expression | ExpressionProblem {
  try {
    if (text.length > MAX_CHARACTERS) {
      const message = `must have at most ${MAX_CHARACTERS} characters, not ${text.length}`;
      throw new ExpressionError(message, { start: MAX_CHARACTERS, end: text.length });
    }
    return new Compiler(text).compile();
  } catch (error) {
    return problemOf(error, text);
  }
}

export const isExpression = (compiled: Expression | ExpressionProblem): compiled is Expression =>
  'evaluate' in compiled;

/** As in `line 1, column 5, at "nod": unknown variable nod`. */
export function describe({ message, start, end, line, column }: ExpressionProblem, text: string) {
  const piece = text.slice(start, Math.max(end, start + 1));
  const at = piece === '' ? '' : `, at ${JSON.stringify(shortened(piece))}`;
  return `line ${line}, column ${column}${at}: ${message}`;
}

const shortened = (piece: string) => (piece.length > 60 ? `${piece.slice(0, 60)}…` : piece);

function problemOf(error: unknown, text: string): ExpressionProblem {
  if (error instanceof ExpressionError) return problemAt(text, error.message, error);
  if (error instanceof ParseError) {
    return problemAt(text, error.summary, error.range ?? { start: 0, end: text.length });
  }
  return problemAt(text, 'too complex', { start: 0, end: text.length });
}

export function problemAt(text: string, message: string, { start, end }: Range): ExpressionProblem {
  const lines = text.slice(0, start).split('\n');
  return { message, start, end, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

const isVariable = (name: string): name is keyof Variables => Object.hasOwn(VARIABLES, name);

type Type = Kind | 'any';

/** A compiled part: what it gives, as far as that is known before, and how. */
type Part = {
  readonly type: Type;
  readonly run: (scope: Scope) => Value;
};

const VARIABLES = {
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

const BINARY: Readonly<Record<string, Binary>> = {
  '==': equal,
  '!=': unequal,
  in: isIn,
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  '+': add,
  '-': subtract,
  '*': arithmetic('*', (left, right) => left * right),
  '/': arithmetic('/', (left, right) => left / right),
  '%': arithmetic('%', (left, right) => left % right),
};

const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

class Compiler {
  readonly text: string;
  readonly used = new Map<string, Range>();
  /** The variables of the macros around the current part. */
  readonly locals: string[] = [];
  parts = 0;

  constructor(text: string) {
    this.text = text;
  }

  compile(): Expression {
    const node = parser.parse(this.text).ast;
    const { type, run } = this.part(node);
    if (type !== 'bool' && type !== 'any') {
      throw new ExpressionError(`must be true or false, not ${nameOfKind(type)}`, node);
    }
    return {
      variables: this.used,
      evaluate(variables) {
        try {
          const value = run(new Scope(variables));
          if (typeof value === 'boolean' || value instanceof Problem) return value;
          return new Problem(`the expression gives ${nameOf(value)}, not true or false`);
        } catch {
          return new Problem('the expression could not be evaluated', true);
        }
      },
    };
  }

  part(node: ASTNode): Part {
    this.parts++;
    switch (node.op) {
      case 'value':
        return this.literal(node);
      case 'id':
        return this.variable(node);
      case '.':
        return this.field(node, node.args[0], node.args[1]);
      case '[]':
        return this.index(node, node.args[0], node.args[1]);
      case 'call':
        if (node.args[0] === 'has') return this.has(node, node.args[1]);
        return this.call(node, node.args[0], FUNCTIONS, node.args[1]);
      case 'rcall': {
        const [name, receiver, args] = node.args;
        if (MACROS.has(name)) return this.macro(node, name, receiver, args);
        return this.call(node, name, METHODS, [receiver, ...args]);
      }
      case 'list':
        return this.list(node.args);
      case 'map':
        return this.map(node.args);
      case '?:':
        return this.conditional(node.args);
      case '&&':
        return this.logical(node.args, false);
      case '||':
        return this.logical(node.args, true);
      case '!_':
        return this.not(node.args);
      case '-_':
        return this.minus(node.args);
      default:
        return this.binary(node, node.op, node.args as [ASTNode, ASTNode]);
    }
  }

  literal(node: ASTNode): Part {
    const value = (node as { args: unknown }).args;
    if (typeof value === 'bigint' || typeof value === 'number') {
      const number = Number(value);
      const source = this.text.slice(node.start, node.end);
      if (isInexact(/^0x/i.test(source) ? String(value) : source, number)) {
        throw new ExpressionError(
          `cannot be compared exactly: it would be read as ${number}`,
          node,
        );
      }
      return { type: 'number', run: () => number };
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') {
      return { type: kindOf(value), run: () => value };
    }
    throw new ExpressionError('must be a string, a number, true, false or null', node);
  }

  variable(node: ASTNode): Part {
    const name = node.args as string;
    const at = this.locals.lastIndexOf(name);
    if (at >= 0) return { type: 'any', run: (scope) => scope.locals[at] as Value };
    if (!isVariable(name)) {
      const known = Object.keys(VARIABLES).join(', ');
      throw new ExpressionError(`unknown variable ${name}. Known are ${known}`, node);
    }
    if (!this.used.has(name)) this.used.set(name, { start: node.start, end: node.end });
    return { type: VARIABLES[name], run: (scope) => scope.variables[name] };
  }

  /** Compiles a part that must be of one of these kinds, as far as that can be known. */
  expect(node: ASTNode, kinds: readonly Kind[], what: string): Part {
    const part = this.part(node);
    if (part.type !== 'any' && !kinds.includes(part.type)) {
      const message = `${what} needs ${kinds.map(nameOfKind).join(' or ')}, not ${nameOfKind(part.type)}`;
      throw new ExpressionError(message, node);
    }
    return part;
  }

  field(node: ASTNode, of: ASTNode, name: string): Part {
    const { run } = this.expect(of, ['map'], `.${name}`);
    void node;
    const missing = new Problem(`there is no field ${JSON.stringify(name)}`);
    return {
      type: 'any',
      run(scope) {
        const object = run(scope);
        if (typeof object === 'object' && object !== null && kindOf(object) === 'map') {
          return Object.hasOwn(object, name) ? ((object as never)[name] as Value) : missing;
        }
        if (object instanceof Problem) return object;
        return new Problem(`${nameOf(object)} has no field ${JSON.stringify(name)}`);
      },
    };
  }

  index(_node: ASTNode, of: ASTNode, by: ASTNode): Part {
    const container = this.expect(of, ['map', 'list'], '[ ]').run;
    const index = this.expect(by, ['string', 'number'], '[ ]').run;
    return {
      type: 'any',
      run(scope) {
        const object = container(scope);
        const key = index(scope);
        if (object instanceof Problem) return object;
        if (key instanceof Problem) return key;
        if (Array.isArray(object) && typeof key === 'number') {
          return (
            object[key] ??
            (Object.hasOwn(object, key) ? null : new Problem(`there is no element ${key}`))
          );
        }
        if (kindOf(object) === 'map' && typeof key === 'string') {
          return Object.hasOwn(object as object, key)
            ? ((object as never)[key] as Value)
            : new Problem(`there is no field ${JSON.stringify(key.slice(0, 100))}`);
        }
        return new Problem(`${nameOf(object)} has no element by ${nameOf(key)}`);
      },
    };
  }

  has(node: ASTNode, args: ASTNode[]): Part {
    const [of] = args;
    if (args.length !== 1 || of?.op !== '.') {
      throw new ExpressionError('has needs a field, as in has(payload.amount)', node);
    }
    const name = of.args[1];
    const { run } = this.expect(of.args[0], ['map'], `.${name}`);
    return {
      type: 'bool',
      run(scope) {
        const object = run(scope);
        if (object instanceof Problem) return object;
        if (kindOf(object) === 'map') return Object.hasOwn(object as object, name);
        return new Problem(`${nameOf(object)} has no field ${JSON.stringify(name)}`);
      },
    };
  }

  call(
    node: ASTNode,
    name: string,
    known: ReadonlyMap<string, readonly FunctionSpec[]>,
    args: ASTNode[],
  ): Part {
    const overloads = known.get(name);
    if (overloads === undefined) {
      const names = [...known.keys(), ...(known === METHODS ? MACROS : ['has'])].join(', ');
      throw new ExpressionError(`unknown function ${name}. Known are ${names}`, node);
    }
    const spec = overloads.find(({ parameters }) => parameters.length === args.length);
    if (spec === undefined) {
      throw new ExpressionError(`wrong number of arguments for ${name}`, node);
    }
    const [first, second] = args.map((arg, at) =>
      this.expect(arg, spec.parameters[at] as Kind[], name),
    ) as [Part, Part | undefined];
    const call = spec.prepare
      ? this.prepared(spec.prepare, name, args.at(-1) as ASTNode)
      : spec.call;
    const [firstKinds, secondKinds] = spec.parameters as [Kind[], Kind[] | undefined];
    return {
      type: spec.returns,
      run(scope) {
        const value = first.run(scope);
        const problem = mismatch(value, firstKinds, name);
        if (problem !== undefined) return problem;
        if (second === undefined || secondKinds === undefined) {
          return (call as Call)(value, null, scope);
        }
        const other = second.run(scope);
        return mismatch(other, secondKinds, name) ?? (call as Call)(value, other, scope);
      },
    };
  }

  prepared(prepare: (literal: string) => Call, name: string, node: ASTNode): Call {
    const value = node.op === 'value' ? (node.args as unknown) : undefined;
    if (typeof value !== 'string') {
      throw new ExpressionError(`${name} needs a string that is written here`, node);
    }
    try {
      return prepare(value);
    } catch (error) {
      throw new ExpressionError(error instanceof Error ? error.message : String(error), node);
    }
  }

  macro(node: ASTNode, name: string, range: ASTNode, args: ASTNode[]): Part {
    const [iterator, ...bodies] = args;
    const isLiteral = range.op === 'list';
    if (this.locals.length > 0 && !isLiteral) {
      throw new ExpressionError(
        'a macro inside a macro may only go through a list that is written here',
        node,
      );
    }
    const local = iterator?.op === 'id' ? (iterator.args as string) : '';
    if (bodies.length !== 1 && !(name === 'map' && bodies.length === 2)) {
      throw new ExpressionError(`wrong number of arguments for ${name}`, node);
    }
    if (local === '' || isVariable(local) || this.locals.includes(local)) {
      throw new ExpressionError('must be a new name for the elements', iterator ?? node);
    }
    const container = this.expect(range, ['list', 'map'], name).run;
    const slot = this.locals.length;
    const before = this.parts;
    this.locals.push(local);
    const isTransform = (at: number) => name === 'map' && at === bodies.length - 1;
    const compiled = bodies.map((body, at) =>
      isTransform(at) ? this.part(body) : this.expect(body, ['bool'], name),
    );
    this.locals.pop();
    const cost = 1 + this.parts - before;
    const first = (compiled[0] as Part).run;
    const last = (compiled.at(-1) as Part).run;
    const condition = name === 'map' ? (bodies.length === 2 ? first : null) : first;
    return {
      type: name === 'map' || name === 'filter' ? 'list' : 'bool',
      run(scope) {
        const object = container(scope);
        if (object instanceof Problem) return object;
        const kind = kindOf(object);
        if (kind !== 'list' && kind !== 'map') {
          return new Problem(`${name} goes through a list or an object, not ${nameOf(object)}`);
        }
        const elements = kind === 'list' ? (object as Value[]) : keysOf(object as object);
        if (elements.length > MAX_ELEMENTS) {
          return new Problem(
            `${name} goes through at most ${MAX_ELEMENTS} elements, not ${elements.length}`,
            true,
          );
        }
        const results: Value[] = [];
        let count = 0;
        let problem: Problem | undefined;
        for (const element of elements) {
          const tooMuch = spend(scope, cost);
          if (tooMuch !== undefined) return tooMuch;
          scope.locals[slot] = element;
          let holds: Value = condition === null || condition(scope);
          if (typeof holds !== 'boolean' && !(holds instanceof Problem)) {
            holds = new Problem(
              `${name} needs true or false for each element, not ${nameOf(holds)}`,
            );
          }
          if (holds instanceof Problem) {
            if (holds.isLimit || (name !== 'all' && name !== 'exists')) return holds;
            problem ??= holds;
          } else if (name === 'all') {
            if (!holds) return false;
          } else if (holds) {
            if (name === 'exists') return true;
            count++;
            const result = name === 'map' ? last(scope) : element;
            if (result instanceof Problem) return result;
            results.push(result);
          }
        }
        if (problem !== undefined) return problem;
        if (name === 'all') return true;
        if (name === 'exists') return false;
        return name === 'exists_one' ? count === 1 : results;
      },
    };
  }

  list(nodes: ASTNode[]): Part {
    const parts = nodes.map((node) => this.part(node).run);
    if (nodes.every(({ op }) => op === 'value')) {
      const values = parts.map((run) => run(undefined as never));
      return { type: 'list', run: () => values };
    }
    return {
      type: 'list',
      run(scope) {
        const values: Value[] = [];
        for (const run of parts) {
          const value = run(scope);
          if (value instanceof Problem) return value;
          values.push(value);
        }
        return values;
      },
    };
  }

  map(entries: [ASTNode, ASTNode][]): Part {
    const parts = entries.map(([key, value]) => {
      const name = key.op === 'value' ? (key.args as unknown) : undefined;
      if (typeof name !== 'string') {
        throw new ExpressionError('a key must be a string that is written here', key);
      }
      return { name, run: this.part(value).run };
    });
    if (new Set(parts.map(({ name }) => name)).size < parts.length) {
      throw new ExpressionError('a key is there twice', entries[0]?.[0] as ASTNode);
    }
    return {
      type: 'map',
      run(scope) {
        const object: Record<string, Value> = Object.create(null);
        for (const { name, run } of parts) {
          const value = run(scope);
          if (value instanceof Problem) return value;
          object[name] = value;
        }
        return object;
      },
    };
  }

  conditional([condition, yes, no]: [ASTNode, ASTNode, ASTNode]): Part {
    const test = this.expect(condition, ['bool'], '?').run;
    const left = this.part(yes);
    const right = this.part(no);
    return {
      type: left.type === right.type ? left.type : 'any',
      run(scope) {
        const value = test(scope);
        if (value === true) return left.run(scope);
        if (value === false) return right.run(scope);
        return value instanceof Problem
          ? value
          : new Problem(`? needs a boolean, not ${nameOf(value)}`);
      },
    };
  }

  /**
   * `&&` (decided by false) and `||` (decided by true). As in CEL, a problem on one side does not
   * matter if the other side decides, in any order; a limit always matters.
   */
  logical([one, other]: [ASTNode, ASTNode], decisive: boolean): Part {
    const name = decisive ? '||' : '&&';
    const left = this.expect(one, ['bool'], name).run;
    const right = this.expect(other, ['bool'], name).run;
    const checked = (value: Value): boolean | Problem =>
      typeof value === 'boolean' || value instanceof Problem
        ? value
        : new Problem(`${name} needs booleans, not ${nameOf(value)}`);
    return {
      type: 'bool',
      run(scope) {
        const first = checked(left(scope));
        if (first === decisive) return first;
        if (first instanceof Problem && first.isLimit) return first;
        const second = checked(right(scope));
        if (second === decisive || second instanceof Problem) {
          return second === decisive || (second as Problem).isLimit
            ? second
            : first instanceof Problem
              ? first
              : second;
        }
        return first instanceof Problem ? first : second;
      },
    };
  }

  not(operand: ASTNode): Part {
    const { run } = this.expect(operand, ['bool'], '!');
    return {
      type: 'bool',
      run(scope) {
        const value = run(scope);
        if (typeof value === 'boolean') return !value;
        return value instanceof Problem
          ? value
          : new Problem(`! needs a boolean, not ${nameOf(value)}`);
      },
    };
  }

  minus(operand: ASTNode): Part {
    const { run } = this.expect(operand, ['number'], '-');
    return {
      type: 'number',
      run(scope) {
        const value = run(scope);
        if (typeof value === 'number') return value === 0 ? 0 : -value;
        return value instanceof Problem
          ? value
          : new Problem(`- needs a number, not ${nameOf(value)}`);
      },
    };
  }

  binary(node: ASTNode, name: string, [one, other]: [ASTNode, ASTNode]): Part {
    const apply = BINARY[name];
    if (apply === undefined) throw new ExpressionError(`unknown operator ${name}`, node);
    const left = this.part(one);
    const right = this.part(other);
    const type = typeOfBinary(name, left.type, right.type);
    if (type === null) {
      const message = `${name} does not work between ${nameOfType(left.type)} and ${nameOfType(right.type)}`;
      throw new ExpressionError(message, node);
    }
    return { type, run: (scope) => apply(left.run(scope), right.run(scope), scope) };
  }
}

const nameOfType = (type: Type): string => (type === 'any' ? 'any value' : nameOfKind(type));

const ORDERED: ReadonlySet<Type> = new Set<Type>(['number', 'string', 'timestamp', 'duration']);

/** The type of what an operator gives; null if it cannot work between these types. */
function typeOfBinary(name: string, left: Type, right: Type): Type | null {
  const types = new Set([left, right]);
  types.delete('any');
  const [only] = types;
  switch (name) {
    case '==':
    case '!=':
      types.delete('null');
      return types.size <= 1 ? 'bool' : null;
    case 'in':
      return right === 'any' ||
        right === 'list' ||
        (right === 'map' && (left === 'any' || left === 'string'))
        ? 'bool'
        : null;
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (types.size > 1) return null;
      return only === undefined || ORDERED.has(only) ? 'bool' : null;
    case '+':
    case '-':
      if (only === undefined) return 'any';
      if (types.size === 2) {
        if (!types.has('timestamp') || !types.has('duration')) return null;
        return name === '+' || left === 'timestamp' ? 'timestamp' : null;
      }
      if (only === 'timestamp') {
        if (name === '+') return left === right ? null : 'timestamp';
        return left === right ? 'duration' : 'any';
      }
      if (only === 'duration') return left === right ? 'duration' : 'any';
      if (only === 'string' && name === '-') return null;
      return only === 'number' || only === 'string' ? only : null;
    default:
      return types.size === 0 || (types.size === 1 && only === 'number') ? 'number' : null;
  }
}
