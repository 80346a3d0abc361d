import { type ReactNode, useState } from 'react';
import type { Row } from '../data/waitingReviews.ts';
import { VisibleText } from '../payload/Text.tsx';
import {
  type Facet,
  facetNames,
  facets,
  type ListFilter,
  noFilter,
  type Option,
  optionsOf,
  optionText,
  toggled,
} from './filter.ts';

type OptionsProps = {
  filter: ListFilter;
  onChange(filter: ListFilter): void;
  rows: readonly Row[];
  payloads: ReadonlyMap<string, string>;
  onClose(): void;
};

/** The agents, steps, risks and tags of the waiting reviews, with their numbers. */
export default function FilterOptions(props: OptionsProps): ReactNode {
  const { rows, payloads, filter, onChange, onClose } = props;
  return (
    <section className="filter-panel" aria-label="Agent, step, risk and tag">
      {facets.map((facet) => (
        <FacetOptions
          key={facet}
          facet={facet}
          options={optionsOf(facet, rows, filter, payloads)}
          chosen={filter[facet]}
          onToggle={(value) => onChange(toggled(filter, facet, value))}
        />
      ))}
      <div className="actions">
        <button type="button" className="button small primary" onClick={onClose}>
          Show results
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => onChange({ ...noFilter, text: filter.text })}
        >
          Clear
        </button>
      </div>
    </section>
  );
}

/** More are shown on demand. */
const FEW = 8;
const MANY = 100;

type FacetProps = {
  facet: Facet;
  options: readonly Option[];
  chosen: readonly string[];
  onToggle(value: string): void;
};

function FacetOptions({ facet, options, chosen, onToggle }: FacetProps): ReactNode {
  const [most, setMost] = useState(FEW);
  if (options.length === 0) return null;
  // What is chosen stays within reach.
  const shown = options.filter(({ value }, at) => at < most || chosen.includes(value));
  const more = Math.min(options.length, MANY) - shown.length;
  return (
    <fieldset className="filter-choices">
      <legend>{facetNames[facet]}</legend>
      {shown.map(({ value, count }) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(value)}
          onClick={() => onToggle(value)}
        >
          <span className="chip-text">
            <VisibleText text={optionText(facet, value)} />
          </span>
          <span className="muted">{count.toLocaleString('en')}</span>
        </button>
      ))}
      {more > 0 && (
        <button type="button" className="chip clear" onClick={() => setMost(MANY)}>
          {more} more…
        </button>
      )}
      {most === MANY && options.length > MANY && (
        <p className="muted">
          {(options.length - MANY).toLocaleString('en')} more: find them with the field above.
        </p>
      )}
    </fieldset>
  );
}
