import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';
import { facetNames, facets, type ListFilter, noFilter, optionText, toggled } from './filter.ts';

type ChipsProps = { filter: ListFilter; onChange(filter: ListFilter): void };

/** The values that are filtered by. A click removes one. */
export const FilterChips = ({ filter, onChange }: ChipsProps): ReactNode => (
  <ul className="chips" aria-label="Filters that are set">
    {facets.flatMap((facet) =>
      filter[facet].map((value) => {
        const text = `${facetNames[facet]}: ${optionText(facet, value)}`;
        return (
          <li key={text}>
            <button
              type="button"
              className="chip"
              aria-label={`Remove filter: ${text}`}
              onClick={() => onChange(toggled(filter, facet, value))}
            >
              <span className="chip-text">
                <VisibleText text={text} />
              </span>
              <span aria-hidden="true">×</span>
            </button>
          </li>
        );
      }),
    )}
    <li>
      <button
        type="button"
        className="chip clear"
        onClick={() => onChange({ ...noFilter, text: filter.text })}
      >
        Clear
      </button>
    </li>
  </ul>
);
