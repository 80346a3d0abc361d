import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../data/useQuery.ts';
import { PreviewAutoApprovalDocument } from '../generated/graphql.ts';
import { count } from '../parts/format.ts';
import { SurpriseList } from './SurpriseList.tsx';

/** Typing pauses for this long before the service is asked. */
const PAUSE_MS = 400;

type Props = {
  nodeId: string;
  when: string | null;
  isWanted: boolean;
  /** Told when a standing approval would end by the configuration of the service. */
  onDefaultEnd(expiresAt: string): void;
};

/** What a standing approval would have covered in the past, and what became of it then. */
export function CoveragePreview({ nodeId, when, isWanted, onDefaultEnd }: Props): ReactNode {
  const settled = useSettled(when);
  return (
    <section className="coverage" aria-label="What it would have covered" aria-live="polite">
      {!isWanted && <p className="muted">Correct the condition to see what it would cover.</p>}
      {isWanted && settled !== when && <Looking />}
      {isWanted && settled === when && (
        <Coverage key={settled ?? ''} nodeId={nodeId} when={settled} onDefaultEnd={onDefaultEnd} />
      )}
    </section>
  );
}

const Looking = (): ReactNode => <p className="muted">Looking at past requests…</p>;

/** Mounted anew for each condition, so that no result is shown for another one. */
function Coverage({ nodeId, when, onDefaultEnd }: Omit<Props, 'isWanted'>): ReactNode {
  const input = { nodeId, ...(when !== null && { when }) };
  const { data, error } = useQuery(PreviewAutoApprovalDocument, { input });
  const preview = data?.previewAutoApproval;
  const end = preview?.__typename === 'AutoApprovalPreview' ? preview.defaultExpiresAt : null;
  useEffect(() => {
    if (end !== null) onDefaultEnd(end);
  }, [end, onDefaultEnd]);
  if (error) {
    return <p className="problem">It can't be said what this would have covered: {error}</p>;
  }
  if (!preview) return <Looking />;
  if (preview.__typename !== 'AutoApprovalPreview') {
    return <p className="problem">{preview.message}</p>;
  }
  const { coveredCount, examined } = preview;
  return (
    <>
      <p>
        It would have covered{' '}
        <strong>
          {coveredCount.toLocaleString('en')} of the last {count(examined, 'request')}
        </strong>{' '}
        for this step{rest(preview.coveredThoughRejectedCount, preview.coveredThoughEditedCount)}.
      </p>
      <SurpriseList rows={preview.surprises} />
    </>
  );
}

/** As in "; 2 of these were rejected, 1 was edited". */
function rest(rejected: number, edited: number): string {
  const were = (amount: number) =>
    `${amount.toLocaleString('en')} ${amount === 1 ? 'was' : 'were'}`;
  if (rejected > 0 && edited > 0) {
    return `; of these, ${were(rejected)} rejected and ${were(edited)} edited`;
  }
  if (rejected > 0) return `; ${were(rejected)} rejected`;
  return edited > 0 ? `; ${were(edited)} edited` : '';
}

function useSettled(value: string | null): string | null {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setSettled, PAUSE_MS, value);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
