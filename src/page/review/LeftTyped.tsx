import { type ReactNode, useState } from 'react';
import { usePage } from '../state/page.ts';

/** What the reviewer had typed when the review was settled by somebody else: it is not thrown away. */
export function LeftTyped({ nodeExecId }: { nodeExecId: string }): ReactNode {
  const { drafts } = usePage();
  const [{ message, edit }] = useState(() => drafts.get(nodeExecId));
  if (message.trim() === '' && edit === null) return null;
  return (
    <section className="part" aria-label="What you had typed">
      <p className="part-title">What you had typed</p>
      {message.trim() !== '' && (
        <textarea readOnly rows={3} value={message} aria-label="Your reason" />
      )}
      {edit !== null && (
        <textarea readOnly rows={8} value={edit} aria-label="Your edit" className="mono" />
      )}
    </section>
  );
}
