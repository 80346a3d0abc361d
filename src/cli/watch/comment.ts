import type { Client } from '@holdpoint/client';
import { AddCommentDocument } from '@holdpoint/client/documents';
import { safeText } from '../terminalText.ts';

/** Adds a comment to a review. Returns what to say if that failed; the feed shows the comment. */
export async function addComment(
  client: Client,
  nodeExecId: string,
  text: string,
): Promise<string> {
  if (text === '') return 'not sent: type the comment after the number';
  const { addComment } = await client.request(AddCommentDocument, { input: { nodeExecId, text } });
  return addComment.__typename === 'AddCommentPayload'
    ? 'comment added'
    : `not added: ${safeText(addComment.message)}`;
}
