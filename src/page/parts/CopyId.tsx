import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';
import { announce } from './Announcer.tsx';

/** An id that is copied with a click. */
export function CopyId({ id, name }: { id: string; name: string }): ReactNode {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id);
      announce(`Copied the ${name}`);
    } catch {
      announce('Copying is blocked by the browser');
    }
  };
  return (
    <button type="button" className="copy-id" onClick={copy} aria-label={`Copy ${name} ${id}`}>
      <code>
        <VisibleText text={id} />
      </code>
    </button>
  );
}
