import { maxNesting } from '@holdpoint/client/json';
import { type CheckedEdit, checkEdit } from '../payload/checkEdit.ts';

const anyKind = { type: null, approval: null, maxDepth: maxNesting };

/** An answer as exact JSON text, or why it is not JSON that can be sent. */
export const checkAnswer = (text: string): CheckedEdit => checkEdit(text, anyKind);
