import { approvalTypeOf, createApprovalType, describe, isRecord } from './approvalType.ts';
import { type ApprovalIssue, InvalidApprovalError } from './invalidApprovalError.ts';
import { closing } from './message.ts';

/** What a person is asked, and what comes back to the agent when they say yes (case B32). */
export type ApprovalRequest<Payload = Record<string, unknown>> = {
  /** Markdown. */
  userMessage: string;
  resumePayload: Approval<Payload>;
};

export type Approval<Payload> = { approval_type: string } & Payload;

/** What a person reads of a payload. */
export type Presentation = {
  /**
   * Markdown that shows all of what will be done. What comes from the payload goes in by `line`,
   * `code` or `block`.
   */
  text: string;
  /** What follows an approval, as `the code runs`. */
  yes: string;
  /** What follows a rejection, as `nothing runs`. */
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
 * A Standard Schema (https://standardschema.dev), as zod, valibot and others make them; it must
 * answer at once.
 */
export type PayloadSchema<Input, Payload> = {
  readonly '~standard': {
    readonly validate: (value: unknown) => Checked<Payload> | Promise<Checked<Payload>>;
    readonly types?: { readonly input: Input; readonly output: Payload } | undefined;
  };
};

export type ApprovalKindDefinition<Input, Payload> = {
  /**
   * The type of its approvals or, where there is `operation`, the capability: `memory` of
   * `memory_save`.
   */
  name: string;
  /** The operation within the capability. */
  operation?: (payload: Payload) => string;
  /** Of the payload without its `approval_type`. */
  schema: PayloadSchema<Input, Payload>;
  present: (payload: Payload) => Presentation;
};

export type CheckedApproval<Payload> =
  | { approval: Approval<Payload>; issues?: undefined }
  | { approval?: undefined; issues: readonly ApprovalIssue[] };

export type ApprovalKind<Input, Payload> = {
  readonly name: string;
  /** Whether this is the type of its approvals: `memory_save` of `memory`. */
  covers(type: string): boolean;
  /** @throws InvalidApprovalError naming each value that does not fit */
  request(payload: Input): ApprovalRequest<Payload>;
  /**
   * Whether a payload is one of this kind: the payload as the schema makes it, or what does not
   * fit.
   */
  check(payload: unknown): CheckedApproval<Payload>;
  /** The message to the person who decides, in Markdown. */
  message(payload: Payload): string;
};

/**
 * A kind of approval is a name, a schema and a way to present it. Plans, memory and code are three
 * of them; an agent adds its own the same way, and Holdpoint need not know of it.
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
        `The schema of approval kind ${name} must answer at once, not by a promise`,
      );
    }
    return checked.issues === undefined
      ? { payload: checked.value }
      : { issues: checked.issues.map(issueOf) };
  }

  /** With its type in the first place, whatever the payload says of it. */
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
      if (issues) throw new InvalidApprovalError(`This is no ${name} approval`, issues);
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
