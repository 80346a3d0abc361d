import { approvalTypeOf, createApprovalType, describe, isRecord } from './approvalType.ts';
import { type ApprovalIssue, InvalidApprovalError } from './invalidApprovalError.ts';
import { closing } from './message.ts';

/** What a person is asked, and what the agent gets back if they approve. */
export type ApprovalRequest<Payload = Record<string, unknown>> = {
  /** Markdown. */
  userMessage: string;
  resumePayload: Approval<Payload>;
};

export type Approval<Payload> = { approval_type: string } & Payload;

/** How a payload is shown to a person. */
export type Presentation = {
  /**
   * Markdown that shows everything that will be done. Escape payload text with `line`, `code` or
   * `block`.
   */
  text: string;
  /** What happens after an approval, e.g. `the code runs`. */
  yes: string;
  /** What happens after a rejection, e.g. `nothing runs`. */
  no: string;
};

type Checked<Payload> =
  | { readonly value: Payload; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export type SchemaIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/**
 * A Standard Schema (https://standardschema.dev), such as those of zod and valibot. It must be
 * synchronous.
 */
export type PayloadSchema<Input, Payload> = {
  readonly '~standard': {
    readonly validate: (value: unknown) => Checked<Payload> | Promise<Checked<Payload>>;
    readonly types?: { readonly input: Input; readonly output: Payload } | undefined;
  };
};

export type ApprovalKindDefinition<Input, Payload> = {
  /** The approval type, or the capability if there is an `operation`: `memory` in `memory_save`. */
  name: string;
  /** The operation within the capability. */
  operation?: (payload: Payload) => string;
  /** Validates the payload without its `approval_type`. */
  schema: PayloadSchema<Input, Payload>;
  present: (payload: Payload) => Presentation;
};

export type CheckedApproval<Payload> =
  | { approval: Approval<Payload>; issues?: undefined }
  | { approval?: undefined; issues: readonly ApprovalIssue[] };

export type ApprovalKind<Input, Payload> = {
  readonly name: string;
  /** Whether a type belongs to this kind: `memory_save` belongs to `memory`. */
  covers(type: string): boolean;
  /** @throws InvalidApprovalError with each value that does not fit */
  request(payload: Input): ApprovalRequest<Payload>;
  /** Validates a payload of this kind: returns it as the schema outputs it, or the issues. */
  check(payload: unknown): CheckedApproval<Payload>;
  /** The message to the reviewer, in Markdown. */
  message(payload: Payload): string;
};

/**
 * Defines a kind of approval: a name, a schema and a presentation. Plans, memory and code are built
 * in. Agents can add their own, and Holdpoint need not know them.
 */
export function defineApprovalKind<Input, Payload extends object>({
  name,
  operation,
  schema,
  present,
}: ApprovalKindDefinition<Input, Payload>): ApprovalKind<Input, Payload> {
  createApprovalType(name);

  function validate(payload: unknown) {
    const checked = schema['~standard'].validate(withoutType(payload));
    if (checked instanceof Promise) {
      throw new TypeError(
        `The schema of approval kind ${name} must validate synchronously, but returned a promise`,
      );
    }
    return checked.issues === undefined
      ? { payload: checked.value }
      : { issues: checked.issues.map(issueOf) };
  }

  /** Puts the type first, whatever the payload says. */
  function typed(payload: Payload): Approval<Payload> {
    const type = { approval_type: createApprovalType(name, operation?.(payload)) };
    return Object.assign({ ...type }, payload, type);
  }

  const kind: ApprovalKind<Input, Payload> = {
    name,
    covers: (type) =>
      operation ? type.startsWith(`${name}_`) && type.length > name.length + 1 : type === name,
    request(input) {
      const { payload, issues } = validate(input);
      if (issues) throw new InvalidApprovalError(`Not a valid ${name} approval`, issues);
      return {
        userMessage: kind.message(payload),
        resumePayload: typed(payload),
      };
    },
    check(approval) {
      if (!isRecord(approval)) return misfit([], `must be an object, not ${describe(approval)}`);
      const { payload, issues } = validate(approval);
      if (issues) return { issues };
      const checked = typed(payload);
      return approvalTypeOf(approval) === checked.approval_type
        ? { approval: checked }
        : misfit(['approval_type'], `must be ${JSON.stringify(checked.approval_type)}`);
    },
    message(payload) {
      const { text, yes, no } = present(payload);
      return `${text}\n\n${closing(yes, no)}`;
    },
  };
  return kind;
}

function withoutType(payload: unknown): unknown {
  if (!isRecord(payload)) return payload;
  const { approval_type: _, ...rest } = payload;
  return rest;
}

const misfit = (path: string[], message: string) => ({ issues: [{ path, message }] });

const issueOf = ({ path = [], message }: SchemaIssue): ApprovalIssue => ({
  path: path.map((part) => String(typeof part === 'object' ? part.key : part)),
  message,
});
