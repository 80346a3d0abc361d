import type { ReactNode } from 'react';
import { useInbox } from '../hooks/useInbox.ts';

type Props = { isEmpty: boolean; isFiltered: boolean; onShowAll(): void };

/** What a list without rows says, and what went wrong. */
export function ListState({ isEmpty, isFiltered, onShowAll }: Props): ReactNode {
  const { connection, failure, total, waiting } = useInbox();
  if (failure !== null) {
    return (
      <p className="banner bad" role="alert">
        {failure}. Trying again…
      </p>
    );
  }
  if (!isEmpty) return null;
  if (isFiltered && waiting > 0) {
    return (
      <div className="nothing">
        <p>None of them matches.</p>
        <button type="button" className="button" onClick={onShowAll}>
          Show all
        </button>
      </div>
    );
  }
  if (connection === 'connecting' || total !== null) {
    return <div className="list-loading" role="status" aria-label="Reading what waits" />;
  }
  return (
    <div className="nothing">
      <p className="nothing-title">Nothing waits for you</p>
      <p>When an agent asks, it is here within a second. You may leave this page open.</p>
    </div>
  );
}
