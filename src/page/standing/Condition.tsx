import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';

/** The condition of a standing approval, after the agents whose requests it covers. */
export const Condition = ({ when }: { when: string | null }): ReactNode =>
  when === null ? (
    ', regardless of content'
  ) : (
    <>
      {' where '}
      <code>
        <VisibleText text={when} />
      </code>
    </>
  );
