import { approvalTypeOf, describe, isRecord } from './approvalType.ts';
import { InvalidApprovalError } from './invalidApprovalError.ts';

/** The part of an agent's state with the decision. */
export type ApprovalState = { approval_approved?: unknown; approved_payload?: unknown };

export type ApprovedPayload = { approval_type: string } & Record<string, unknown>;

export type ApprovalResumeData =
  /** No decision yet: the step runs for the first time. */
  | { isResume: false; approved: false; payload: null }
  | { isResume: true; approved: true; payload: ApprovedPayload }
  | { isResume: true; approved: false; payload: null };

/**
 * Reads the decision on an approval of this type. Only `true` approves.
 * @throws InvalidApprovalError if the state is malformed: nothing may be done based on it
 */
export function getApprovalResumeData(
  state: ApprovalState,
  expectedType: string,
): ApprovalResumeData {
  const { approval_approved: approved, approved_payload: payload } = state;
  if (approved === undefined || approved === null) {
    return { isResume: false, approved: false, payload: null };
  }
  if (typeof approved !== 'boolean') {
    const said =
      describe(approved) + (typeof approved === 'string' ? ` ${JSON.stringify(approved)}` : '');
    throw new InvalidApprovalError(`approval_approved must be true, false or null, not ${said}`);
  }
  if (approved && isEmpty(payload)) {
    throw new InvalidApprovalError('approval_approved is true, but approved_payload is empty');
  }
  if (payload !== undefined && payload !== null) checkPayload(payload);
  if (!approved) return { isResume: true, approved: false, payload: null };

  const expected = getApprovedPayloadFromState(state, expectedType);
  if (expected === null) {
    throw new InvalidApprovalError(
      `The approved payload is for ${JSON.stringify(approvalTypeOf(payload))}, not for ${JSON.stringify(expectedType)}`,
    );
  }
  return { isResume: true, approved: true, payload: expected };
}

/** The payload if it was approved and has this type, otherwise null. */
export function getApprovedPayloadFromState(
  state: ApprovalState | null | undefined,
  expectedType: string,
): ApprovedPayload | null {
  const payload = state?.approved_payload;
  return state?.approval_approved === true && isApprovedPayload(payload, expectedType)
    ? payload
    : null;
}

/** A state patch that removes the decision. */
export const clearApprovalState = (): { approval_approved: null; approved_payload: null } => ({
  approval_approved: null,
  approved_payload: null,
});

const isApprovedPayload = (payload: unknown, expectedType: string): payload is ApprovedPayload => {
  const type = approvalTypeOf(payload);
  return type !== null && type === expectedType;
};

function checkPayload(payload: unknown): void {
  if (!isRecord(payload)) {
    throw new InvalidApprovalError(`approved_payload must be an object, not ${describe(payload)}`);
  }
  if (!Object.hasOwn(payload, 'approval_type')) {
    throw new InvalidApprovalError('approved_payload lacks the required field approval_type');
  }
  if (approvalTypeOf(payload) === null) {
    const type = payload['approval_type'];
    throw new InvalidApprovalError(
      `approval_type must be non-empty text, not ${typeof type === 'string' ? JSON.stringify(type) : describe(type)}`,
    );
  }
}

const isEmpty = (payload: unknown): boolean =>
  payload === undefined ||
  payload === null ||
  payload === '' ||
  (typeof payload === 'object' && Object.keys(payload).length === 0);
