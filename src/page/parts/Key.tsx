import type { ReactNode } from 'react';

/** A key of the keyboard, beside what it does. */
export const Key = ({ children }: { children: string }): ReactNode => (
  <span className="key" aria-hidden="true">
    {children}
  </span>
);
