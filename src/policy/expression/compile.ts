import { isExactNumber } from '@holdpoint/client/json';
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { type Call, FUNCTIONS, type FunctionSpec, METHODS } from './functions.ts';
import { isMacro, MACROS, type MacroName, runOf } from './macros.ts';
import {
  add,
  arithmetic,
  type Binary,
  equal,
  isIn,
  kindProblem,
  nameOfKind,
  ordered,
  subtract,
  unequal,
} from './operators.ts';
import { ExpressionError, type ExpressionProblem, problemAt, type Range } from './position.ts';
import type { Scope } from './scope.ts';
import { isVariable, nameOfType, type Type, typeOfBinary, VALUES, VARIABLES } from './types.ts';
import {
  elementAt,
  isList,
  isMap,
  type Kind,
  kindOf,
  LiteralMap,
  Problem,
  sizeOf,
  type Value,
} from './values.ts';

// The expressions are CEL. cel-js parses them, because it is maintained, depends on nothing, and
// its public syntax tree says where each part stands. They are evaluated here: in every library for
// JavaScript, `"501" == 501` is false instead of a problem, 0.1 + 0.2 is more than 0.3, and a macro
// goes through a payload for as long as it takes. What is not known here is refused on saving.

export const MAX_EXPRESSION_CHARACTERS = 4_000;
const MAX_PARTS = 1_000;
const MAX_DEPTH = 50;

const parser = new Environment({
  limits: {
    maxAstNodes: MAX_PARTS,
    maxDepth: MAX_DEPTH,
    maxListElements: MAX_PARTS,
    maxMapEntries: MAX_PARTS,
    maxCallArguments: MAX_PARTS,
  },
});

export type Expression = {
  /** The variables that it uses, and where each stands first. */
  readonly variables: ReadonlyMap<string, Range>;
  /** How many characters its regular expressions have. They take long to compile. */
  readonly patternCharacters: number;
  /** Never throws. */
  readonly evaluate: (scope: Scope) => boolean | Problem;
};

/** Compiles an expression, or says why that is not possible. Never throws. */
export function compile(text: string): Expression | ExpressionProblem {
  if (text.length > MAX_EXPRESSION_CHARACTERS) {
    const message = `must have at most ${MAX_EXPRESSION_CHARACTERS} characters, not ${text.length}`;
    return problemAt(text, message, { start: 0, end: 0 });
  }
  try {
    return new Compiler(text).compile();
  } catch (error) {
    if (error instanceof ExpressionError) return problemAt(text, error.message, error.range);
    if (error instanceof ParseError) return parseProblem(error, text);
    return problemAt(text, tooComplex, { start: 0, end: 0 });
  }
}

export const isExpression = (compiled: Expression | ExpressionProblem): compiled is Expression =>
  'evaluate' in compiled;

const tooComplex = `is too complex: it may have ${MAX_PARTS} parts, nested ${MAX_DEPTH} deep`;

function parseProblem({ code, summary, range }: ParseError, text: string): ExpressionProblem {
  const at = range ?? { start: 0, end: 0 };
  if (code === 'limit_exceeded') return problemAt(text, tooComplex, at);
  const piece = text.slice(at.start, at.end);
  const character = text.codePointAt(at.start) ?? 0;
  // A letter that only looks like a Latin one cannot be seen otherwise.
  const name =
    character > 0x7f ? ` (U+${character.toString(16).toUpperCase().padStart(4, '0')})` : '';
  // The parser names only the last letter of a word that it did not expect.
  const isWord = summary.startsWith('Unexpected') && /^[A-Za-z_]\w*$/.test(piece);
  const found = isWord ? 'Unexpected word' : `${summary}${name}`;
  return problemAt(text, `${found}${hintFor(piece)}`, at);
}

/** How to write what has another name in other languages. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!(…)'],
  ['is', '=='],
  ['=', '=='],
  ['&', '&&'],
  ['|', '||'],
]);

/** What to write instead of something unexpected. Empty if that is not known. */
function hintFor(piece: string): string {
  const operator = OPERATORS.get(piece.toLowerCase());
  if (operator !== undefined) return `; write ${operator}`;
  return METHODS.has(piece) ? `; write .${piece}(…) after the value` : '';
}

/** A compiled part of an expression. */
type Part = {
  readonly type: Type;
  readonly run: (scope: Scope) => Value;
  /** The value of a literal. */
  readonly literal?: Value;
  /** The name of a variable of a review. */
  readonly variable?: string;
};

const BINARY: ReadonlyMap<string, Binary> = new Map([
  ['==', equal],
  ['!=', unequal],
  ['in', isIn],
  ['<', ordered((difference) => difference < 0)],
  ['<=', ordered((difference) => difference <= 0)],
  ['>', ordered((difference) => difference > 0)],
  ['>=', ordered((difference) => difference >= 0)],
  ['+', add],
  ['-', subtract],
  ['*', arithmetic('*', (left, right) => left * right)],
  ['/', arithmetic('/', (left, right) => left / right)],
  ['%', arithmetic('%', (left, right) => left % right)],
]);

/** For literals: a length or a date takes no noticeable time. */
const unlimited = { spend: () => undefined };

class Compiler {
  readonly #text: string;
  readonly #variables = new Map<string, Range>();
  #patternCharacters = 0;
  /** The variables of the macros around the current part, the outer one first. */
  readonly #locals: string[] = [];
  /** How many parts were compiled. */
  #parts = 0;

  constructor(text: string) {
    this.#text = text;
  }

  compile(): Expression {
    const node = parser.parse(this.#text).ast;
    const { type, run } = this.#part(node);
    if (type !== 'bool' && type !== 'any') {
      throw new ExpressionError(`must be true or false, not ${nameOfKind(type)}`, node);
    }
    const notBool = kindProblem((one) => `gives ${one} instead of true or false`);
    return {
      variables: this.#variables,
      patternCharacters: this.#patternCharacters,
      evaluate(scope) {
        try {
          const value = run(scope);
          return typeof value === 'boolean' || value instanceof Problem ? value : notBool(value);
        } catch {
          return new Problem('could not be evaluated', true);
        }
      },
    };
  }

  /** Compiles a part whose value must be of one of these kinds, as far as that is known yet. */
  #expect(node: ASTNode, kinds: readonly Kind[], what: string): Part {
    const part = this.#part(node);
    if (part.type === 'any' || kinds.includes(part.type)) return part;
    const needed = kinds.map(nameOfKind).join(' or ');
    throw new ExpressionError(`${what} needs ${needed} here, not ${nameOfType(part.type)}`, node);
  }

  #part(node: ASTNode): Part {
    this.#parts++;
    switch (node.op) {
      case 'value':
        return this.#literal(node, node.args);
      case 'id':
        return this.#variable(node, node.args);
      case '.':
        return this.#field(...node.args);
      case '[]':
        return this.#index(...node.args);
      case 'call': {
        const [name, args] = node.args;
        return name === 'has' ? this.#has(node, args) : this.#call(node, name, FUNCTIONS, args);
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        if (isMacro(name)) return this.#macro(node, name, receiver, args);
        return this.#call(node, name, METHODS, [receiver, ...args]);
      }
      case 'list':
        return this.#list(node.args);
      case 'map':
        return this.#map(node.args);
      case '?:':
        return this.#conditional(...node.args);
      case '&&':
        return this.#logical('&&', false, ...node.args);
      case '||':
        return this.#logical('||', true, ...node.args);
      case '!_':
        return this.#not(node.args);
      case '-_':
        return this.#minus(node.args);
      default:
        return this.#binary(node, node.op, ...(node.args as [ASTNode, ASTNode]));
    }
  }

  #literal(node: ASTNode, value: unknown): Part {
    if (typeof value === 'bigint' || typeof value === 'number') {
      const number = Number(value);
      const source = this.#text.slice(node.start, node.end);
      const isHexadecimal = /^0x/i.test(source);
      if (!isExactNumber(isHexadecimal ? String(value) : source)) {
        throw new ExpressionError(`is not exact: it would be read as ${number}`, node);
      }
      return { type: 'number', run: () => number, literal: number };
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') {
      return { type: kindOf(value), run: () => value, literal: value };
    }
    throw new ExpressionError('must be a string, a number, true, false or null', node);
  }

  #variable(node: ASTNode, name: string): Part {
    const slot = this.#locals.indexOf(name);
    if (slot >= 0) return { type: 'any', run: ({ locals }) => locals[slot] as Value };
    if (!isVariable(name)) {
      const known = Object.keys(VARIABLES).join(', ');
      throw new ExpressionError(`unknown variable ${name}; there are ${known}`, node);
    }
    if (!this.#variables.has(name)) this.#variables.set(name, { start: node.start, end: node.end });
    return { type: VARIABLES[name], run: ({ variables }) => variables[name], variable: name };
  }

  #field(of: ASTNode, name: string): Part {
    const { run } = this.#expect(of, ['map'], `.${name}`);
    const missing = noField(name);
    const notMap = kindProblem((one) => `${one} has no field ${JSON.stringify(name)}`);
    return {
      type: 'any',
      run(scope) {
        const object = run(scope);
        if (!isMap(object)) return object instanceof Problem ? object : notMap(object);
        const value = object.field(name, scope);
        return value === undefined ? missing : value;
      },
    };
  }

  #index(of: ASTNode, by: ASTNode): Part {
    const container = this.#expect(of, ['map', 'list'], '[ ]').run;
    const index = this.#expect(by, ['string', 'number'], '[ ]').run;
    const mismatch = kindProblem((one, other) => `${one} has nothing at ${other}`);
    return {
      type: 'any',
      run(scope) {
        const object = container(scope);
        if (object instanceof Problem) return object;
        const key = index(scope);
        if (key instanceof Problem) return key;
        if (isMap(object) && typeof key === 'string') {
          const value = object.field(key, scope);
          return value === undefined ? noField(key) : value;
        }
        if (!isList(object) || typeof key !== 'number') return mismatch(object, key);
        const size = sizeOf(object, scope);
        if (size instanceof Problem) return size;
        if (Number.isInteger(key) && key >= 0 && key < size) return elementAt(object, key, scope);
        return new Problem(`there is no element ${key}: the list has ${size}`);
      },
    };
  }

  #has(node: ASTNode, args: ASTNode[]): Part {
    const [of] = args;
    if (args.length !== 1 || of?.op !== '.') {
      throw new ExpressionError('has needs a field, as in has(payload.amount)', node);
    }
    const [object, name] = of.args;
    const { run } = this.#expect(object, ['map'], `.${name}`);
    const notMap = kindProblem((one) => `${one} has no field ${JSON.stringify(name)}`);
    return {
      type: 'bool',
      run(scope) {
        const value = run(scope);
        if (isMap(value)) return isIn(name, value, scope);
        return value instanceof Problem ? value : notMap(value);
      },
    };
  }

  #call(
    node: ASTNode,
    name: string,
    known: ReadonlyMap<string, readonly FunctionSpec[]>,
    args: ASTNode[],
  ): Part {
    const overloads = known.get(name);
    if (overloads === undefined) {
      const names = [...known.keys(), ...(known === METHODS ? MACROS : ['has'])].join(', ');
      throw new ExpressionError(`unknown function ${name}; there are ${names}`, node);
    }
    const spec = overloads.find(({ parameters }) => parameters.length === args.length);
    if (spec === undefined) {
      throw new ExpressionError(`wrong number of arguments for ${name}`, node);
    }
    const parts = args.map((arg, at) => this.#expect(arg, spec.parameters[at] ?? [], name));
    const [first, second] = parts as [Part, Part | undefined];
    const [firstKinds = [], secondKinds = []] = spec.parameters;
    const last = parts.at(-1)?.literal;
    if (name === 'matches' && typeof last === 'string') this.#patternCharacters += last.length;
    const call = 'call' in spec ? spec.call : prepared(spec.prepare, name, args, parts);
    if ('call' in spec && parts.every(({ literal }) => literal !== undefined)) {
      const value = call(first.literal as Value, second?.literal ?? null, unlimited);
      if (value instanceof Problem) throw new ExpressionError(value.message, node);
      return { type: spec.returns, run: () => value };
    }
    const mismatch = kindProblem((one) => `${name} does not work with ${one}`);
    return {
      type: spec.returns,
      run(scope) {
        const value = first.run(scope);
        if (!firstKinds.includes(kindOf(value))) {
          return value instanceof Problem ? value : mismatch(value);
        }
        if (second === undefined) return call(value, null, scope);
        const other = second.run(scope);
        if (secondKinds.includes(kindOf(other))) return call(value, other, scope);
        return other instanceof Problem ? other : mismatch(other);
      },
    };
  }

  #macro(node: ASTNode, name: MacroName, of: ASTNode, args: ASTNode[]): Part {
    const [variable, ...bodies] = args as [ASTNode | undefined, ...ASTNode[]];
    if (bodies.length !== 1 && !(name === 'map' && bodies.length === 2)) {
      throw new ExpressionError(`wrong number of arguments for ${name}`, node);
    }
    if (this.#locals.length > 0 && of.op !== 'list') {
      const message = 'a macro inside a macro may only go through a list literal';
      throw new ExpressionError(message, node);
    }
    const local = variable?.op === 'id' ? variable.args : '';
    if (local === '' || isVariable(local) || this.#locals.includes(local)) {
      throw new ExpressionError(`${name} needs a new name for the elements`, variable ?? node);
    }
    const range = this.#expect(of, ['list', 'map'], name).run;

    const slot = this.#locals.length;
    const partsBefore = this.#parts;
    this.#locals.push(local);
    const transform = name === 'map' ? this.#part(bodies.pop() as ASTNode).run : undefined;
    const [condition] = bodies.map((body) => this.#expect(body, ['bool'], name).run);
    this.#locals.pop();
    return {
      type: name === 'map' || name === 'filter' ? 'list' : 'bool',
      run: runOf({
        name,
        range,
        condition,
        transform,
        slot,
        parts: this.#parts - partsBefore,
      }),
    };
  }

  #list(nodes: ASTNode[]): Part {
    const parts = nodes.map((node) => this.#part(node));
    if (parts.every(({ literal }) => literal !== undefined)) {
      const values = parts.map(({ literal }) => literal as Value);
      return { type: 'list', run: () => values, literal: values };
    }
    return {
      type: 'list',
      run(scope) {
        const values: Value[] = [];
        for (const { run } of parts) {
          const value = run(scope);
          if (value instanceof Problem) return value;
          values.push(value);
        }
        return values;
      },
    };
  }

  #map(entries: [ASTNode, ASTNode][]): Part {
    const parts = new Map<string, Part>();
    for (const [key, value] of entries) {
      const { literal } = this.#part(key);
      if (typeof literal !== 'string')
        throw new ExpressionError('a key must be a string literal', key);
      if (parts.has(literal)) throw new ExpressionError('the key is there twice', key);
      parts.set(literal, this.#part(value));
    }
    return {
      type: 'map',
      run(scope) {
        const fields = new Map<string, Value>();
        for (const [key, { run }] of parts) {
          const value = run(scope);
          if (value instanceof Problem) return value;
          fields.set(key, value);
        }
        return new LiteralMap(fields);
      },
    };
  }

  #conditional(condition: ASTNode, yes: ASTNode, no: ASTNode): Part {
    const { run } = this.#expect(condition, ['bool'], '?');
    const left = this.#part(yes);
    const right = this.#part(no);
    const mismatch = kindProblem((one) => `? needs a boolean, not ${one}`);
    return {
      type: left.type === right.type ? left.type : 'any',
      run(scope) {
        const value = run(scope);
        if (typeof value === 'boolean') return value ? left.run(scope) : right.run(scope);
        return value instanceof Problem ? value : mismatch(value);
      },
    };
  }

  /**
   * `&&`, which false decides, and `||`, which true decides. As CEL has it, the side that decides
   * does so even if the other one has a problem. A limit that was hit is never ignored.
   */
  #logical(name: string, decisive: boolean, one: ASTNode, other: ASTNode): Part {
    const left = this.#expect(one, ['bool'], name).run;
    const right = this.#expect(other, ['bool'], name).run;
    const mismatch = kindProblem((kind) => `${name} needs booleans, not ${kind}`);
    const checked = (value: Value): boolean | Problem =>
      typeof value === 'boolean' || value instanceof Problem ? value : mismatch(value);
    return {
      type: 'bool',
      run(scope) {
        const first = checked(left(scope));
        if (first === decisive || isLimit(first)) return first;
        const second = checked(right(scope));
        if (second === decisive || isLimit(second)) return second;
        return first instanceof Problem ? first : second;
      },
    };
  }

  #not(operand: ASTNode): Part {
    const { run } = this.#expect(operand, ['bool'], '!');
    const mismatch = kindProblem((one) => `! needs a boolean, not ${one}`);
    return {
      type: 'bool',
      run(scope) {
        const value = run(scope);
        if (typeof value === 'boolean') return !value;
        return value instanceof Problem ? value : mismatch(value);
      },
    };
  }

  #minus(operand: ASTNode): Part {
    const { run, literal } = this.#expect(operand, ['number'], '-');
    // There is no minus zero.
    if (typeof literal === 'number') {
      const number = 0 - literal;
      return { type: 'number', run: () => number, literal: number };
    }
    const mismatch = kindProblem((one) => `- needs a number, not ${one}`);
    return {
      type: 'number',
      run(scope) {
        const value = run(scope);
        if (typeof value === 'number') return 0 - value;
        return value instanceof Problem ? value : mismatch(value);
      },
    };
  }

  #binary(node: ASTNode, operator: string, one: ASTNode, other: ASTNode): Part {
    const apply = BINARY.get(operator);
    if (apply === undefined) throw new ExpressionError(`unknown operator ${operator}`, node);
    const left = this.#part(one);
    const right = this.#part(other);
    const type = typeOfBinary(operator, left.type, right.type);
    if (type === null) {
      const types = `${nameOfType(left.type)} and ${nameOfType(right.type)}`;
      throw new ExpressionError(`${operator} does not work with ${types}`, node);
    }
    checkValues(operator, left, right, other);
    checkValues(operator, right, left, one);
    return { type, run: (scope) => apply(left.run(scope), right.run(scope), scope) };
  }
}

/** Catches `risk > "LOW"`, which would compare letters, and `kind == "action"`, which is never true. */
function checkValues(operator: string, { variable }: Part, { literal }: Part, node: ASTNode): void {
  const values = variable === undefined ? undefined : VALUES.get(variable);
  if (values === undefined) return;
  if (operator !== '==' && operator !== '!=' && operator !== 'in') {
    throw new ExpressionError(`${variable} has no order: use == or in`, node);
  }
  const compared = Array.isArray(literal) ? literal : [literal];
  const unknown = compared.find((text) => typeof text === 'string' && !values.includes(text));
  if (unknown === undefined) return;
  const message = `${variable} is never ${JSON.stringify(unknown)}, only ${values.join(', ')}`;
  throw new ExpressionError(message, node);
}

const isLimit = (value: Value): boolean => value instanceof Problem && value.isLimit;

const noField = (name: string): Problem =>
  new Problem(`there is no field ${JSON.stringify(name.slice(0, 100))}`);

function prepared(
  prepare: (literal: string) => Call,
  name: string,
  args: readonly ASTNode[],
  parts: readonly Part[],
): Call {
  const node = args.at(-1) as ASTNode;
  const literal = parts.at(-1)?.literal;
  if (typeof literal !== 'string')
    throw new ExpressionError(`${name} needs a string literal`, node);
  try {
    return prepare(literal);
  } catch (error) {
    throw new ExpressionError(error instanceof Error ? error.message : String(error), node);
  }
}
