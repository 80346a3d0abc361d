import { type ReactNode, useState } from 'react';
import { usePage } from '../data/page.ts';

/** What the reviewer had typed when somebody else decided the review. */
export function UnsentDraft({ nodeExecId }: { nodeExecId: string }): ReactNode {
  const { drafts } = usePage();
  const [{ message, edit, answer, comments }] = useState(() => drafts.get(nodeExecId));
  const hasMessage = message.trim() !== '';
  if (!hasMessage && edit === null && answer === null && comments.length === 0) return null;
  return (
    <section className="part" aria-label="Your unsent draft">
      <p className="part-title">Your unsent draft</p>
      {hasMessage && <textarea readOnly rows={3} value={message} aria-label="Your reason" />}
      {edit !== null && (
        <textarea readOnly rows={8} value={edit} aria-label="Your edit" className="mono" />
      )}
      {answer !== null && (
        <textarea readOnly rows={8} value={answer} aria-label="Your answer" className="mono" />
      )}
      {comments.length > 0 && (
        <textarea
          readOnly
          rows={4}
          value={comments.map(({ text }) => text).join('\n\n')}
          aria-label="Your comments"
        />
      )}
    </section>
  );
}
