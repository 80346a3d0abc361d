import { InvalidApprovalError } from './invalidApprovalError.ts';

/**
 * The type of an approval: `memory` and `save` make `memory_save`; without an operation it is the
 * capability (case B31).
 * @throws InvalidApprovalError for an empty capability
 */
export function createApprovalType(capability: string, operation?: string | null): string {
  if (typeof capability !== 'string' || capability.trim() === '') {
    throw new InvalidApprovalError(
      `The capability of an approval must be non-empty text, not ${JSON.stringify(capability)}`,
    );
  }
  return operation ? `${capability}_${operation}` : capability;
}

/** What a payload says that it is, where it says so in text. Case B35: blank is not a type. */
export function approvalTypeOf(payload: unknown): string | null {
  if (!isRecord(payload) || !Object.hasOwn(payload, 'approval_type')) return null;
  const type = payload['approval_type'];
  return typeof type === 'string' && type.trim() !== '' ? type : null;
}

/** An object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for a message: `an array`, `text`, `null`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
