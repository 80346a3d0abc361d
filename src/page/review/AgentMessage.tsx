import { parseJson } from '@holdpoint/client/json';
import { type ReactNode, useEffect, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { Instructions } from '../payload/Instructions.tsx';

/** The agent's instructions, folded if they only repeat a payload that is shown by its type. */
export function AgentMessage({ review }: { review: Detail }): ReactNode {
  const { instructions } = review;
  const isRepetition = useIsRepetition(review);
  if (instructions === null || instructions.trim() === '') return null;
  if (isRepetition) {
    return (
      <details className="part first">
        <summary>Agent's message</summary>
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

/** Whether the instructions are the service's default text for the payload. */
function useIsRepetition({ approvalType, instructions, originalPayload }: Detail): boolean {
  const isTyped = approvalType !== null && instructions !== null;
  // Usually they are, so that is assumed until the check is loaded.
  const [isRepetition, setRepetition] = useState(isTyped);
  useEffect(() => {
    if (!isTyped) return setRepetition(false);
    let isCurrent = true;
    import('@holdpoint/client/approvals')
      .then(({ messageOf, readApproval }) => {
        const approval = readApproval(parseJson(originalPayload));
        return approval !== null && messageOf(approval) === instructions;
      })
      .catch(() => false)
      .then((found) => isCurrent && setRepetition(found));
    return () => {
      isCurrent = false;
    };
  }, [isTyped, instructions, originalPayload]);
  return isRepetition;
}
