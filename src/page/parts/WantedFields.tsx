import type { ReactNode } from 'react';
import { namesIn, namesText } from './names.ts';

const MAX_COUNT = 10;

/** A requirement as it is typed. `who` is a team's ID, `*` for anyone, or `@` for some people. */
export type Wanted = { key: number; who: string; people: string; count: number };

type Requirement = { teamId?: string | null; actors?: readonly string[] | null; count: number };

export const wantedOf = ({ teamId, actors, count }: Requirement, key: number): Wanted => ({
  key,
  who: teamId ?? (actors ? '@' : '*'),
  people: namesText(actors ?? []),
  count,
});

export const requirementOf = ({ who, people, count }: Wanted) => ({
  count,
  ...(who === '@' ? { actors: namesIn(people) } : who !== '*' && { teamId: who }),
});

type Props = {
  wanted: Wanted;
  number: number;
  teams: readonly { teamId: string; name: string }[];
  /** The ID of a datalist of actors. */
  people: string;
  onChange(part: Partial<Wanted>): void;
  /** Absent: it cannot be removed. */
  onRemove?: (() => void) | undefined;
};

/** How many approvals, and whose. */
export function WantedFields(props: Props): ReactNode {
  const { wanted, number, teams, people, onChange, onRemove } = props;
  const isKnown =
    ['*', '@'].includes(wanted.who) || teams.some(({ teamId }) => teamId === wanted.who);
  return (
    <fieldset className="wanted">
      <legend className="visually-hidden">Requirement {number}</legend>
      <label>
        Approvals
        <input
          type="number"
          min={1}
          max={MAX_COUNT}
          value={wanted.count}
          onChange={({ target }) =>
            onChange({ count: Math.min(MAX_COUNT, Math.max(1, target.valueAsNumber || 1)) })
          }
        />
      </label>
      <label>
        By
        <select value={wanted.who} onChange={({ target }) => onChange({ who: target.value })}>
          <option value="*">Anyone who may decide</option>
          <option value="@">These people</option>
          {!isKnown && <option value={wanted.who}>{wanted.who}</option>}
          {teams.map(({ teamId, name }) => (
            <option key={teamId} value={teamId}>
              {name === teamId ? name : `${name} (${teamId})`}
            </option>
          ))}
        </select>
      </label>
      {wanted.who === '@' && (
        <label className="wanted-people">
          People, comma-separated
          <input
            type="text"
            list={wanted.people.includes(',') ? undefined : people}
            value={wanted.people}
            onChange={({ target }) => onChange({ people: target.value })}
          />
        </label>
      )}
      {onRemove && (
        <button type="button" className="button small quiet" onClick={onRemove}>
          Remove<span className="visually-hidden"> requirement {number}</span>
        </button>
      )}
    </fieldset>
  );
}
