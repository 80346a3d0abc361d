import { isBranch, type JsonBranch, type JsonNode, memberOf } from '../json/jsonTree.ts';

/** One step of a plan, and what else the step carries. */
export type PlanStep = {
  readonly objective: string;
  readonly capability: string;
  readonly rest: JsonNode | undefined;
};

/**
 * A payload that asks to approve a plan, a change of a memory, or code (contract B 31–34), as it is
 * shown. `rest` is all of the payload that the other fields do not hold: both together are everything.
 */
export type Approval = { readonly type: string; readonly rest: JsonNode | undefined } & (
  | {
      readonly kind: 'plan';
      readonly steps: readonly PlanStep[];
      readonly file: string | undefined;
      readonly directory: string | undefined;
    }
  | {
      readonly kind: 'memory';
      readonly operation: string;
      readonly objective: string | undefined;
      readonly content: string;
      readonly existing: string;
      readonly user: string | undefined;
    }
  | {
      readonly kind: 'code';
      readonly code: string;
      readonly mode: string;
      readonly concerns: readonly string[];
      readonly objective: string | undefined;
      readonly reasoning: string | undefined;
      readonly notebook: string | undefined;
      readonly folder: string | undefined;
    }
);

/** The `approval_type` of a payload, undefined where it has none. */
export function approvalTypeOf(root: JsonNode): string | undefined {
  const type = memberOf(root, 'approval_type');
  return type?.kind === 'string' ? type.value : undefined;
}

/** The payload as an approval, or undefined where it is none or does not fit its kind. */
export function approvalOf(root: JsonNode): Approval | undefined {
  const type = approvalTypeOf(root);
  try {
    if (type === 'orchestrator_plan') return planOf(root, type);
    if (type === 'python_executor') return codeOf(root, type);
    if (type?.startsWith('memory_')) return memoryOf(root, type);
  } catch (error) {
    if (!(error instanceof MisfitError)) throw error;
  }
  return undefined;
}

class MisfitError extends Error {}

/** Reads fields of one object, and remembers which: the others are its rest. */
class Fields {
  readonly #object: JsonBranch;
  readonly #read = new Set<JsonNode>();
  readonly #replaced = new Map<JsonNode, JsonNode | undefined>();

  constructor(node: JsonNode | undefined) {
    if (node?.kind !== 'object') throw new MisfitError('not an object');
    const keys = new Set(node.members.map(({ key }) => key));
    // Of a key that is there twice nobody knows which one will be used.
    if (keys.size !== node.members.length) throw new MisfitError('a key is there twice');
    this.#object = node;
  }

  /** Text; absent and null are undefined, and null is left to the rest. */
  text(key: string): string | undefined {
    const node = memberOf(this.#object, key);
    if (node === undefined || node.kind === 'null') return undefined;
    if (node.kind !== 'string') throw new MisfitError(`${key} is not text`);
    this.#read.add(node);
    return node.value;
  }

  neededText(key: string): string {
    const text = this.text(key);
    if (text === undefined) throw new MisfitError(`${key} is missing`);
    return text;
  }

  /** Text that says something; a blank one is left to the rest. */
  saying(key: string): string | undefined {
    const node = memberOf(this.#object, key);
    return node?.kind === 'string' && node.value.trim() === '' ? undefined : this.text(key);
  }

  /** A list; absent and null are an empty one. */
  items(key: string): readonly JsonNode[] {
    const node = memberOf(this.#object, key);
    if (node === undefined || node.kind === 'null') return [];
    if (node.kind !== 'array') throw new MisfitError(`${key} is not a list`);
    this.#read.add(node);
    return node.members.map(({ value }) => value);
  }

  /** An object inside, whose own rest stands in its place. */
  inner(key: string): { fields: Fields; leaveRest(): void } | undefined {
    const node = memberOf(this.#object, key);
    if (node?.kind !== 'object') return undefined;
    const fields = new Fields(node);
    return { fields, leaveRest: () => this.#replaced.set(node, fields.rest()) };
  }

  /** What was not read; undefined where that is nothing. */
  rest(): JsonNode | undefined {
    const members = this.#object.members.flatMap(({ key, value }) => {
      if (this.#read.has(value)) return [];
      if (!this.#replaced.has(value)) return [{ key, value }];
      const left = this.#replaced.get(value);
      return left === undefined ? [] : [{ key, value: left }];
    });
    const isAllRead = members.length === 0 && this.#object.members.length > 0;
    return isAllRead ? undefined : { ...this.#object, members };
  }
}

function planOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const plan = fields.inner('execution_plan');
  if (plan === undefined) throw new MisfitError('execution_plan is not an object');
  const steps = plan.fields.items('steps').map(stepOf);
  plan.leaveRest();
  const file = fields.text('plan_file_path');
  const directory = fields.text('pending_plans_dir');
  return { kind: 'plan', type, steps, file, directory, rest: fields.rest() };
}

function stepOf(node: JsonNode): PlanStep {
  const fields = new Fields(node);
  const objective = fields.saying('task_objective') ?? 'unknown';
  const capability = fields.saying('capability') ?? 'unknown';
  return { objective, capability, rest: fields.rest() };
}

function memoryOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const operation = fields.neededText('operation_type');
  const objective = fields.text('step_objective');
  const content = fields.neededText('content');
  const existing = fields.text('existing_memory') ?? '';
  const user = fields.text('user_id');
  const rest = fields.rest();
  return { kind: 'memory', type, operation, objective, content, existing, user, rest };
}

function codeOf(root: JsonNode, type: string): Approval {
  const fields = new Fields(root);
  fields.text('approval_type');
  const code = fields.neededText('code');
  const mode = fields.neededText('execution_mode');
  const concerns = fields.items('safety_concerns').map(textOf);
  const objective = fields.text('step_objective');
  const notebook = fields.text('notebook_link');
  const folder = fields.text('execution_folder_path');
  const analysis = fields.inner('analysis_details');
  const reasoning = analysis?.fields.text('approval_reasoning');
  analysis?.leaveRest();
  const rest = fields.rest();
  return { kind: 'code', type, code, mode, concerns, objective, reasoning, notebook, folder, rest };
}

function textOf(node: JsonNode): string {
  if (isBranch(node) || node.kind !== 'string') throw new MisfitError('a concern is not text');
  return node.value;
}
