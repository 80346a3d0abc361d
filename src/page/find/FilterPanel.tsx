import { type ReactNode, useId } from 'react';
import { useQuery } from '../data/useQuery.ts';
import {
  MemberNamesDocument,
  type ReviewKind,
  type Risk,
  TeamNamesDocument,
} from '../generated/graphql.ts';
import { riskNames } from '../parts/RiskBadge.tsx';
import { isComposing } from '../parts/shortcuts.tsx';
import {
  type Filter,
  fieldNames,
  kindNames,
  problemOfValue,
  sinceNames,
  sourceNames,
  statusNames,
} from './filter.ts';

type Props = { filter: Filter; onChange(filter: Filter): void; onClose(): void };

/** All filters besides the words. Each takes effect as soon as it is set. */
export function FilterPanel({ filter, onChange, onClose }: Props): ReactNode {
  const people = useId();
  const teams = useId();
  const { data: members } = useQuery(MemberNamesDocument, { search: '' });
  const { data: known } = useQuery(TeamNamesDocument, {});
  const set = (change: Partial<Filter>) => onChange({ ...filter, ...change });
  const field = (name: TextField, list?: string) => (
    <TextFilter
      name={name}
      value={filter[name]}
      list={list}
      onSet={(value) => set({ [name]: value })}
    />
  );
  const isOwnRange = filter.from !== '' || filter.to !== '';
  return (
    <section className="filter-panel" aria-label="Filters">
      <Choices
        legend={fieldNames.status}
        names={statusNames}
        chosen={filter.status}
        onChoose={(status) => set({ status })}
      />
      <Choices
        legend={fieldNames.how}
        names={sourceNames}
        chosen={filter.how}
        onChoose={(how) => set({ how })}
      />
      <div className="filter-grid">
        <label>
          {fieldNames.risk}
          <select
            value={filter.risk ?? ''}
            onChange={({ target }) => set({ risk: (target.value || null) as Risk | null })}
          >
            <option value="">Any</option>
            {Object.entries(riskNames).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label>
          {fieldNames.kind}
          <select
            value={filter.kind ?? ''}
            onChange={({ target }) => set({ kind: (target.value || null) as ReviewKind | null })}
          >
            <option value="">Any</option>
            {Object.entries(kindNames).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {field('agent', people)}
        {field('decided-by', people)}
        {field('workflow')}
        {field('step')}
        {field('run')}
        {field('tag')}
        {field('team', teams)}
        {field('rule')}
        <label>
          Requested
          <select
            value={isOwnRange ? 'range' : filter.since}
            onChange={({ target }) => {
              if (target.value !== 'range') set({ since: target.value, from: '', to: '' });
            }}
          >
            <option value="">At any time</option>
            {filter.since !== '' && !Object.hasOwn(sinceNames, filter.since) && (
              <option value={filter.since}>Last {filter.since}</option>
            )}
            {Object.entries(sinceNames).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
            {isOwnRange && <option value="range">Between the days below</option>}
          </select>
        </label>
        <span />
        <DayFilter
          label="From (UTC)"
          value={filter.from}
          onSet={(from) => set({ from, since: '' })}
        />
        <DayFilter label="Before (UTC)" value={filter.to} onSet={(to) => set({ to, since: '' })} />
      </div>
      <datalist id={people}>
        {members?.members.map(({ actor, displayName }) => (
          <option key={actor} value={actor}>
            {displayName}
          </option>
        ))}
      </datalist>
      <datalist id={teams}>
        {known?.teams.map(({ teamId, name }) => (
          <option key={teamId} value={teamId}>
            {name}
          </option>
        ))}
      </datalist>
      <button type="button" className="button small primary" onClick={onClose}>
        Show results
      </button>
    </section>
  );
}

type TextField = 'agent' | 'decided-by' | 'workflow' | 'step' | 'run' | 'tag' | 'team' | 'rule';

type TextFilterProps = {
  name: TextField;
  value: string;
  /** The ID of a datalist. */
  list: string | undefined;
  onSet(value: string): void;
};

/** A filter for exactly this value, set with Enter or when the field is left. */
function TextFilter({ name, value, list, onSet }: TextFilterProps): ReactNode {
  const take = (input: HTMLInputElement) => {
    const typed = input.value.trim();
    if (typed !== value && (typed === '' || problemOfValue(name, typed) === null)) onSet(typed);
  };
  return (
    <label>
      {fieldNames[name]}
      <input
        key={value}
        type="text"
        defaultValue={value}
        list={list}
        maxLength={200}
        spellCheck={false}
        autoCapitalize="off"
        onBlur={({ currentTarget }) => take(currentTarget)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event.nativeEvent)) take(event.currentTarget);
        }}
      />
    </label>
  );
}

type DayFilterProps = { label: string; value: string; onSet(value: string): void };

const DayFilter = ({ label, value, onSet }: DayFilterProps): ReactNode => (
  <label>
    {label}
    <input
      type="date"
      value={value.slice(0, 10)}
      min="2000-01-01"
      max="9999-12-30"
      onChange={({ target }) => onSet(target.value)}
    />
  </label>
);

type ChoicesProps<Value extends string> = {
  legend: string;
  names: Readonly<Record<Value, string>>;
  chosen: readonly Value[];
  onChoose(chosen: Value[]): void;
};

/** Several may be chosen: one of them must hold. */
function Choices<Value extends string>(props: ChoicesProps<Value>): ReactNode {
  const { legend, names, chosen, onChoose } = props;
  const all = Object.keys(names) as Value[];
  return (
    <fieldset className="filter-choices">
      <legend>{legend}</legend>
      {all.map((value) => {
        const isChosen = chosen.includes(value);
        return (
          <button
            key={value}
            type="button"
            className="chip"
            aria-pressed={isChosen}
            onClick={() =>
              onChoose(all.filter((other) => (other === value) !== chosen.includes(other)))
            }
          >
            {names[value]}
          </button>
        );
      })}
    </fieldset>
  );
}
