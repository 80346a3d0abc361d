import type { EvaluationPlugin, Keyword } from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import type { Failure } from './failure.ts';

/** Takes about 50 ms. Usual answers need a few hundred steps. */
const MAX_STEPS = 400_000;
/** Subschemas within each other, by reference too. Each takes several frames of the stack. */
const MAX_DEPTH = 500;
const MAX_FAILURES = 20;
/** Of the alternatives in anyOf, as many can be explained. */
const MAX_BRANCHES = 50;

/** Comparing or searching text takes a step for each few characters. */
const CHARACTERS_A_STEP = 16;

export class TooComplexError extends Error {
  constructor(message = 'too complex: checking it takes too many steps') {
    super(message);
  }
}

type Plugin = Required<EvaluationPlugin>;
type Hook<Name extends keyof Plugin> = Parameters<
  Extract<Plugin[Name], (...args: never[]) => void>
>;

/** What the library passes to plugins. A context is shared by the values that a keyword checks. */
type Context = Hook<'beforeSchema'>[2] & {
  failures?: readonly Failure[] | undefined;
  branches?: (readonly Failure[])[];
  failed?: number;
};

/** A keyword whose cost is not in proportion to the members of the value that it checks. */
export type Costly<Compiled> = Keyword<Compiled> & {
  readonly cost: (compiled: Compiled, instance: Instance.JsonNode) => number;
};

/**
 * One check of a value against a schema: collects what fails, and ends with a TooComplexError once
 * it has taken too many steps.
 */
export class Evaluation implements EvaluationPlugin {
  failures: readonly Failure[] = [];
  readonly #onSchema: ((url: string, instance: Instance.JsonNode) => void) | undefined;
  readonly #outer: (readonly Failure[] | undefined)[] = [];
  #steps = 0;

  /** @param onSchema is called for each pair of a subschema and a value */
  constructor(onSchema?: (url: string, instance: Instance.JsonNode) => void) {
    this.#onSchema = onSchema;
  }

  beforeSchema(url: string, instance: Instance.JsonNode, context: Context): void {
    this.#spend(1);
    if (this.#outer.length >= MAX_DEPTH) throw new TooComplexError();
    this.#onSchema?.(url, instance);
    this.#outer.push(context.failures);
    context.failures = undefined;
  }

  beforeKeyword(...[node, instance, , , keyword]: Hook<'beforeKeyword'>): void {
    const compiled = node[2];
    const items = Array.isArray(compiled) ? compiled.length : 0;
    const { cost } = keyword as Partial<Costly<unknown>>;
    this.#spend(1 + membersOf(instance) + items + (cost?.(compiled, instance) ?? 0));
  }

  afterKeyword(...[node, instance, context, valid, schemaContext, keyword]: Hook<'afterKeyword'>) {
    if (valid) return;
    const inner = context as Context;
    const outer = schemaContext as Context;
    const failures = keyword.simpleApplicator
      ? (inner.failures ?? [])
      : [
          {
            keyword: keyword.id,
            value: node[2],
            instance,
            failed: inner.failed ?? 0,
            branches: inner.branches ?? [],
          },
        ];
    outer.failures = joined(outer.failures, failures);
  }

  afterSchema(url: string, instance: Instance.JsonNode, context: Context, valid: boolean): void {
    const outer = this.#outer.pop();
    let own = context.failures ?? [];
    if (!valid && context.ast[url] === false) {
      own = [{ keyword: 'false', value: false, instance, failed: 0, branches: [] }];
    }
    context.failures = joined(outer, own);
    if (!valid) {
      context.failed = (context.failed ?? 0) + 1;
      context.branches ??= [];
      if (context.branches.length < MAX_BRANCHES) context.branches.push(own);
    }
    this.failures = own;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new TooComplexError();
  }
}

function joined(some: readonly Failure[] = [], more: readonly Failure[]): readonly Failure[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more].slice(0, MAX_FAILURES);
}

function membersOf(instance: Instance.JsonNode): number {
  if (Instance.typeOf(instance) !== 'string') return instance.children.length;
  return Math.ceil(Instance.value<string>(instance).length / CHARACTERS_A_STEP);
}

const sizes = new WeakMap<Instance.JsonNode, number>();

/** The steps that reading all of a value takes. */
export function sizeOf(instance: Instance.JsonNode): number {
  let size = sizes.get(instance);
  if (size === undefined) {
    size = 1 + membersOf(instance);
    for (const child of instance.children) size += sizeOf(child);
    sizes.set(instance, size);
  }
  return size;
}
