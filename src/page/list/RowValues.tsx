import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';
import type { TellingValue } from './tellingValues.ts';

/** A few values of a payload in one line. */
export const RowValues = ({ values }: { values: readonly TellingValue[] }): ReactNode =>
  values.map(({ name, text }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: values never move
    <span key={at} className="row-value">
      {name !== '' && (
        <span className="muted">
          <VisibleText text={name} />:{' '}
        </span>
      )}
      <VisibleText text={text} />
    </span>
  ));
