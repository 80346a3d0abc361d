import { type ReactNode, useEffect, useState } from 'react';
import { Instructions } from '../payload/index.ts';
import type { Detail } from '../state/details.ts';

/** What the agent tells the reviewer. Where that only repeats a payload that is shown in the form of its kind, it is folded. */
export function AgentMessage({ review }: { review: Detail }): ReactNode {
  const { instructions } = review;
  const isRepetition = useIsRepetition(review);
  if (instructions === null || instructions.trim() === '') return null;
  if (isRepetition) {
    return (
      <details className="part first">
        <summary>The same as a message</summary>
        <Instructions text={instructions} />
      </details>
    );
  }
  return (
    <section aria-label="Instructions">
      <Instructions text={instructions} />
    </section>
  );
}

function useIsRepetition({ approvalType, instructions, originalPayload }: Detail): boolean {
  const isTyped = approvalType !== null && instructions !== null;
  // Mostly it is one, so until that is known it is taken for one: it unfolds where it is not.
  const [isRepetition, setRepetition] = useState(isTyped);
  useEffect(() => {
    if (!isTyped) return setRepetition(false);
    let isOver = false;
    import('./ownMessage.ts').then(
      ({ isOwnMessage }) => {
        if (!isOver) setRepetition(isOwnMessage(instructions, originalPayload));
      },
      () => {
        if (!isOver) setRepetition(false);
      },
    );
    return () => {
      isOver = true;
    };
  }, [isTyped, instructions, originalPayload]);
  return isRepetition;
}
