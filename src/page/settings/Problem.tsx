import type { ReactNode } from 'react';

/** Why something could not be read or changed. */
export const Problem = ({ text }: { text: string | null | undefined }): ReactNode =>
  text ? (
    <p className="banner bad" role="alert">
      {text}
    </p>
  ) : null;
