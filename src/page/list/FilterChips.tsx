import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';

/** A filter that is set, in words. */
export type FilterChip = { text: string; remove(): void };

type Props = { chips: readonly FilterChip[]; onClear(): void };

/** The filters that are set. A click removes one. */
export const FilterChips = ({ chips, onClear }: Props): ReactNode => (
  <ul className="chips" aria-label="Filters that are set">
    {chips.map(({ text, remove }) => (
      <li key={text}>
        <button
          type="button"
          className="chip"
          aria-label={`Remove filter: ${text}`}
          onClick={remove}
        >
          <span className="chip-text">
            <VisibleText text={text} />
          </span>
          <span aria-hidden="true">×</span>
        </button>
      </li>
    ))}
    <li>
      <button type="button" className="chip clear" onClick={onClear}>
        Clear
      </button>
    </li>
  </ul>
);
