import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { clockNow } from '../data/clock.ts';
import { addressOf, navigate, useRoute } from '../data/route.ts';
import { useQuery } from '../data/useQuery.ts';
import { FiguresDocument } from '../generated/graphql.ts';
import { BackToReviews } from '../parts/BackToReviews.tsx';
import { count } from '../parts/format.ts';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { DayChart } from './DayChart.tsx';
import {
  type Column,
  columns,
  dayAfter,
  daysOf,
  durationText,
  type Figure,
  type FiguresView,
  type Group,
  groupNames,
  groups,
  type Preset,
  parseFigures,
  percent,
  presetNames,
  problemOfRange,
  queryOfFigures,
  searchOfRow,
  sorted,
  statsOf,
} from './figures.ts';

/** The service returns at most this many rows. */
const MAX_ROWS = 1_000;

const notes: Partial<Record<Group, string>> = {
  person: 'Only what people decided counts here.',
  team: 'A review counts for each team that was asked.',
  rule: 'A review counts for each rule behind the verdict of the policy.',
};

/** How many reviews were requested and what became of them, by person, step, day and so on. */
export default function FiguresPage(): ReactNode {
  const { query = '' } = useRoute();
  const { view, problems } = useMemo(() => parseFigures(query), [query]);
  const { by, range, sort } = view;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every visit ends today
  const days = useMemo(() => daysOf(range, clockNow()), [query]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const show = (change: Partial<FiguresView>, isSameEntry = false) =>
    navigate(
      {
        view: 'waiting',
        nodeExecId: null,
        isFigures: true,
        query: queryOfFigures({ ...view, ...change }),
      },
      isSameEntry,
    );
  return (
    <main className="settings figures">
      <nav className="views" aria-label="Figures">
        <BackToReviews />
      </nav>
      <div className="settings-body">
        <h2 ref={heading} tabIndex={-1}>
          Figures
        </h2>
        {problems.length > 0 && (
          <div className="banner warn" role="alert">
            <p>The address has values that can't be used:</p>
            <ul>
              {problems.map((text) => (
                <li key={text}>
                  <VisibleText text={text} />
                </li>
              ))}
            </ul>
          </div>
        )}
        <RangeFields
          key={`range ${days.from} ${days.to}`}
          range={range}
          days={days}
          onChange={(to) => show({ range: to })}
        />
        <Loaded key={`days ${days.from} ${days.to}`} by="day" days={days}>
          {(figures) => (
            <>
              <Totals figures={figures} />
              <DayChart
                figures={figures}
                days={days}
                onTable={() => show({ by: 'day', sort: null })}
              />
            </>
          )}
        </Loaded>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere */}
        <div className="scopes figure-groups" role="group" aria-label="Figures by">
          {groups.map((group) => (
            <button
              key={group}
              type="button"
              aria-pressed={group === by}
              onClick={() => show({ by: group, sort: null })}
            >
              {groupNames[group]}
            </button>
          ))}
        </div>
        <Loaded key={`table ${by} ${days.from} ${days.to}`} by={by} days={days}>
          {(figures) => (
            <FiguresTable
              by={by}
              figures={figures}
              sort={sort}
              days={days}
              onSort={(to) => show({ sort: to }, true)}
            />
          )}
        </Loaded>
      </div>
    </main>
  );
}

type LoadedProps = {
  by: Group;
  days: { from: string; to: string };
  children(figures: readonly Figure[]): ReactNode;
};

/** Shows figures once they are read. */
function Loaded({ by, days, children }: LoadedProps): ReactNode {
  const { data, error, reload } = useQuery(FiguresDocument, {
    by: statsOf[by],
    from: `${days.from}T00:00:00Z`,
    to: `${dayAfter(days.to)}T00:00:00Z`,
  });
  if (data) return children(data.reviewStats);
  if (error === undefined) {
    return <div className="figures-loading" role="status" aria-label="Loading" />;
  }
  return (
    <div className="banner bad" role="alert">
      <p>{error}</p>
      <button type="button" className="button small" onClick={reload}>
        Try again
      </button>
    </div>
  );
}

type RangeProps = {
  range: FiguresView['range'];
  days: { from: string; to: string };
  onChange(range: FiguresView['range']): void;
};

/** A preset, or the first and the last day. */
function RangeFields({ range, days, onChange }: RangeProps): ReactNode {
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const problem = problemOfRange(from, to);
  const isChanged = from !== days.from || to !== days.to;
  return (
    <form
      className="figure-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) onChange({ from, to });
      }}
    >
      <label>
        Requested
        <select
          value={typeof range === 'string' ? range : ''}
          onChange={({ target }) => onChange(target.value as Preset)}
        >
          {typeof range !== 'string' && <option value="">Between these days</option>}
          {Object.entries(presetNames).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        First day (UTC)
        <input type="date" value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label>
        Last day (UTC)
        <input type="date" value={to} onChange={({ target }) => setTo(target.value)} />
      </label>
      {isChanged && (
        <button type="submit" className="button small primary" disabled={problem !== null}>
          Show
        </button>
      )}
      {isChanged && problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

const totalOf = (
  figures: readonly Figure[],
  column: Exclude<Column, 'medianSeconds' | 'p95Seconds'>,
) => figures.reduce((sum, figure) => sum + figure[column], 0);

/** All days together, each number with what it is a part of. */
function Totals({ figures }: { figures: readonly Figure[] }): ReactNode {
  const asked = totalOf(figures, 'askedCount');
  const approved = totalOf(figures, 'approvedCount');
  const tiles: [string, number, string][] = [
    ['Requested', asked, ''],
    ['Approved', approved, of(approved, asked, 'requested')],
    ...(['editedCount'] as const).map((column): [string, number, string] => {
      const edited = totalOf(figures, column);
      return ['Edited', edited, of(edited, approved, 'approved')];
    }),
    ...(['rejectedCount', 'expiredCount', 'decidedByPeopleCount'] as const).map(
      (column): [string, number, string] => {
        const total = totalOf(figures, column);
        return [columns[column], total, of(total, asked, 'requested')];
      },
    ),
  ];
  return (
    <dl className="figure-tiles">
      {tiles.map(([name, value, part]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value.toLocaleString('en')}</strong>
            {part !== '' && <span className="muted">{part}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Such as `37% of 120 requested`. */
const of = (part: number, whole: number, what: string): string =>
  whole === 0 ? '' : `${percent(part, whole)} of ${whole.toLocaleString('en')} ${what}`;

type TableProps = {
  by: Group;
  figures: readonly Figure[];
  sort: FiguresView['sort'];
  days: { from: string; to: string };
  onSort(sort: FiguresView['sort']): void;
};

function FiguresTable({ by, figures, sort, days, onSort }: TableProps): ReactNode {
  const rows = useMemo(() => sorted(figures, sort), [figures, sort]);
  const shown = (Object.keys(columns) as Column[]).filter(
    (column) => by !== 'person' || (column !== 'expiredCount' && column !== 'decidedByPeopleCount'),
  );
  const nameOf = (column: Column) =>
    by === 'person' && column === 'askedCount' ? 'Decided' : columns[column];
  const head = (column: Column | 'key', text: string) => {
    const isSorted = sort?.column === column;
    const direction = sort?.isDescending ? 'descending' : 'ascending';
    // Numbers begin with the largest, names with A.
    const isDescending = isSorted ? !sort.isDescending : column !== 'key';
    return (
      <th key={column} scope="col" aria-sort={isSorted ? direction : undefined}>
        <button type="button" onClick={() => onSort({ column, isDescending })}>
          {text}
          <span aria-hidden="true">{isSorted ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      </th>
    );
  };
  if (figures.length === 0) {
    return (
      <p className="nothing">
        No reviews in this range{by === 'person' && ' that people decided'}.
      </p>
    );
  }
  return (
    <>
      <p className="muted">
        {count(figures.length, by === 'person' ? 'row' : by)}
        {figures.length === MAX_ROWS && ', those with the most reviews'}. {notes[by]} Times are from
        request to decision, of what people decided.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable */}
      <section className="figure-scroller" aria-label="Table of figures" tabIndex={0}>
        <table className="figure-table">
          <caption className="visually-hidden">
            Figures by {groupNames[by].toLowerCase()}, {days.from} to {days.to}
          </caption>
          <thead>
            <tr>
              {head('key', groupNames[by])}
              {shown.map((column) => head(column, nameOf(column)))}
            </tr>
          </thead>
          <tbody>
            {rows.map((figure) => (
              <tr key={figure.key}>
                <th scope="row">
                  <RowLink by={by} name={figure.key} days={days} />
                </th>
                {shown.map((column) => (
                  <td key={column}>{cellOf(column, figure)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** Opens the search that shows the reviews of a row. */
function RowLink({ by, name, days }: { by: Group; name: string; days: TableProps['days'] }) {
  const route = { view: 'search', nodeExecId: null, query: searchOfRow(by, name, days) } as const;
  return (
    <a href={addressOf(route)} onClick={onPlainClick(() => navigate(route))}>
      <VisibleText text={name} />
    </a>
  );
}

/** What a count is a part of. */
const wholes: Partial<Record<Column, 'askedCount' | 'approvedCount'>> = {
  approvedCount: 'askedCount',
  editedCount: 'approvedCount',
  rejectedCount: 'askedCount',
  expiredCount: 'askedCount',
  decidedByPeopleCount: 'askedCount',
};

function cellOf(column: Column, figure: Figure): ReactNode {
  const value = figure[column];
  if (column === 'medianSeconds' || column === 'p95Seconds') {
    if (value === null) return <span className="muted">–</span>;
    return (
      <>
        {durationText(value)}
        <span className="figure-part">of {figure.decidedByPeopleCount.toLocaleString('en')}</span>
      </>
    );
  }
  const whole = wholes[column];
  return (
    <>
      {(value ?? 0).toLocaleString('en')}
      {whole && figure[whole] > 0 && (
        <span className="figure-part">{percent(value ?? 0, figure[whole])}</span>
      )}
    </>
  );
}
