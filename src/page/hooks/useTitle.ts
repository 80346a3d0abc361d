import { useEffect } from 'react';

/** How many wait, in the tab's title. */
export function useTitle(waiting: number): void {
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Holdpoint` : 'Holdpoint';
  }, [waiting]);
}
