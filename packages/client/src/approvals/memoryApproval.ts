import { type ApprovalRequest, defineApprovalKind } from './approvalKind.ts';
import { block, code, line } from './message.ts';
import { nonBlankText, objectWith, optional, schemaOf, text } from './payloadSchema.ts';

export type MemoryPayload = {
  [key: string]: unknown;
  step_objective?: string | null | undefined;
  content: string;
  operation_type: string;
  user_id?: string | null | undefined;
  existing_memory?: string | null | undefined;
};

const memoryPayload = schemaOf<MemoryPayload>(
  objectWith({
    step_objective: optional(text),
    content: text,
    operation_type: nonBlankText,
    user_id: optional(text),
    existing_memory: optional(text),
  }),
);

/** Approval of a change to what is remembered about a user. */
export const memoryKind = defineApprovalKind({
  name: 'memory',
  operation: ({ operation_type }) => operation_type,
  schema: memoryPayload,
  present({ operation_type: operation, content, ...payload }) {
    const deletes = operation.trim().toLowerCase() === 'delete';
    const parts = [
      `**Memory: ${line(operation)}**`,
      payload.step_objective ? `**Task:** ${line(payload.step_objective)}` : '',
      payload.user_id ? `**Of user:** ${code(payload.user_id)}` : '',
      payload.existing_memory ? `**There now**\n\n${block(payload.existing_memory)}` : '',
      `**${deletes ? 'To delete' : `To ${line(operation)}`}**\n\n${block(content)}`,
    ];
    return {
      text: parts.filter(Boolean).join('\n\n'),
      yes: deletes ? 'this is deleted from memory' : `the memory is changed: ${line(operation)}`,
      no: 'the memory stays as it is',
    };
  },
});

export type MemoryApprovalInput = {
  content: string;
  /** `save`, `update`, `delete`, … */
  operationType: string;
  userId: string;
  /** The current memory, shown beside the new one. */
  existingMemory?: string | null | undefined;
  stepObjective?: string | null | undefined;
};

/**
 * Creates an approval request for saving, changing or deleting a memory.
 * @throws InvalidApprovalError with each value that does not fit
 */
export const createMemoryApproval = ({
  content,
  operationType,
  userId,
  existingMemory,
  stepObjective,
}: MemoryApprovalInput): ApprovalRequest<MemoryPayload> =>
  memoryKind.request({
    step_objective: stepObjective ?? `Memory: ${operationType}`,
    content,
    operation_type: operationType,
    user_id: userId,
    existing_memory: existingMemory ?? '',
  });
