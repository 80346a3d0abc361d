import { type ApprovalRequest, defineApprovalKind } from './approvalKind.ts';
import { block, code, line, link } from './message.ts';
import { listOf, objectWith, optional, schemaOf, text } from './payloadSchema.ts';

export type CodePayload = {
  [key: string]: unknown;
  step_objective?: string | null | undefined;
  code: string;
  analysis_details?:
    | { [key: string]: unknown; approval_reasoning?: string | null | undefined }
    | null
    | undefined;
  execution_mode: string;
  safety_concerns?: string[] | null | undefined;
  notebook_path?: string | null | undefined;
  notebook_link?: string | null | undefined;
  execution_request?: unknown;
  expected_results?: Record<string, unknown> | null | undefined;
  execution_folder_path?: string | null | undefined;
};

const codePayload = schemaOf<CodePayload>(
  objectWith({
    step_objective: optional(text),
    code: text,
    analysis_details: optional(objectWith({ approval_reasoning: optional(text) })),
    execution_mode: text,
    safety_concerns: optional(listOf(text)),
    notebook_path: optional(text),
    notebook_link: optional(text),
    expected_results: optional(objectWith({})),
    execution_folder_path: optional(text),
  }),
);

/** Approval of Python code. */
export const codeKind = defineApprovalKind({
  name: 'python_executor',
  schema: codePayload,
  present(payload) {
    const concerns = payload.safety_concerns ?? [];
    const parts = [
      '**Python code is to run**',
      payload.step_objective ? `**Task:** ${line(payload.step_objective)}` : '',
      `**Why you are asked:** ${line(reasoningOf(payload))}`,
      `**Mode:** ${code(payload.execution_mode)}`,
      concerns.length > 0
        ? `**Safety concerns**\n${concerns.map((concern) => `- ${line(concern)}`).join('\n')}`
        : '**Safety concerns:** none were found',
      block(payload.code, 'python'),
      payload.notebook_link
        ? link('Open the notebook', payload.notebook_link)
        : 'There is no notebook to open.',
    ];
    return {
      text: parts.filter(Boolean).join('\n\n'),
      yes: 'the code runs as it stands here',
      no: 'it does not run',
    };
  },
});

/** The reason from the analysis, otherwise that this mode needs approval. */
export const reasoningOf = ({ analysis_details, execution_mode }: CodePayload): string =>
  analysis_details?.approval_reasoning?.trim()
    ? analysis_details.approval_reasoning
    : `code needs approval for ${execution_mode} mode`;

export type CodeApprovalInput = {
  code: string;
  /** The result of the code analysis. `approval_reasoning` says why approval is needed. */
  analysisDetails?: CodePayload['analysis_details'];
  /** `readonly`, `simulation`, `write`, … */
  executionMode: string;
  safetyConcerns?: string[] | null | undefined;
  notebookPath?: string | null | undefined;
  /** A link to the notebook with the code. */
  notebookLink?: string | null | undefined;
  executionRequest?: unknown;
  expectedResults?: Record<string, unknown> | null | undefined;
  executionFolderPath?: string | null | undefined;
  stepObjective?: string | null | undefined;
};

/**
 * Creates an approval request for code.
 * @throws InvalidApprovalError with each value that does not fit
 */
export const createCodeApproval = (input: CodeApprovalInput): ApprovalRequest<CodePayload> =>
  codeKind.request({
    step_objective: input.stepObjective ?? 'Run Python code',
    code: input.code,
    analysis_details: input.analysisDetails ?? {},
    execution_mode: input.executionMode,
    safety_concerns: input.safetyConcerns ?? [],
    notebook_path: input.notebookPath ?? null,
    notebook_link: input.notebookLink ?? null,
    execution_request: input.executionRequest ?? null,
    expected_results: input.expectedResults ?? null,
    execution_folder_path: input.executionFolderPath ?? null,
  });
