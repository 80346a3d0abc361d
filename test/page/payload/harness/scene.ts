import type { AttachedFile } from '../../../../src/page/payload/attachments.ts';
import type { EditProblem } from '../../../../src/page/payload/checkEdit.ts';
import type { DecidedReview } from '../../../../src/page/payload/outcomeText.ts';

/** What a test shows on the page. */
export type Scene =
  | { readonly show: 'instructions'; readonly text: string }
  | {
      readonly show: 'payload';
      readonly text: string;
      readonly tags?: readonly string[];
      readonly files?: readonly AttachedFile[];
    }
  | { readonly show: 'diff'; readonly before: string; readonly after: string }
  | {
      readonly show: 'editor';
      readonly text: string;
      readonly editable: boolean;
      readonly approvalType?: string;
      readonly draft?: string;
    }
  | { readonly show: 'outcome'; readonly review: DecidedReview };

/** The last values that the editor reported. */
export type Said = { readonly text: string | null; readonly problems: readonly EditProblem[] };
