import { InvalidApprovalError } from './invalidApprovalError.ts';

/**
 * The type of an approval: `memory` and `save` make `memory_save`. Without an operation it is the
 * capability.
 * @throws InvalidApprovalError if the capability is empty
 */
export function createApprovalType(capability: string, operation?: string | null): string {
  if (typeof capability !== 'string' || capability.trim() === '') {
    throw new InvalidApprovalError(
      `The capability of an approval must be non-empty text, not ${JSON.stringify(capability)}`,
    );
  }
  return operation ? `${capability}_${operation}` : capability;
}

/** The approval type of a payload; null if it is not a non-blank string. */
export function approvalTypeOf(payload: unknown): string | null {
  if (!isRecord(payload) || !Object.hasOwn(payload, 'approval_type')) return null;
  const type = payload['approval_type'];
  return typeof type === 'string' && type.trim() !== '' ? type : null;
}

/** Whether a value is an object, not an array or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a value for error messages: `an array`, `text`, `null`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
