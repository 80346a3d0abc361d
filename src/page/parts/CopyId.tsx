import type { ReactNode } from 'react';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { announce } from './Announcer.tsx';

/** An id that a click copies. */
export function CopyId({ id, what }: { id: string; what: string }): ReactNode {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id);
      announce(`Copied the ${what}`);
    } catch {
      announce('This browser did not let the page copy');
    }
  };
  return (
    <button type="button" className="copy-id" onClick={copy} aria-label={`Copy the ${what} ${id}`}>
      <code>
        <VisibleText text={id} />
      </code>
    </button>
  );
}
