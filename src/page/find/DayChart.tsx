import type { ReactNode } from 'react';
import { count } from '../parts/format.ts';
import { allDays, type Figure } from './figures.ts';

const WIDTH = 960;
const HEIGHT = 160;
const GAP = 0.2;

/** What became of the reviews of a day, from the bottom of its bar to the top. */
const parts = [
  ['approved', 'Approved', (day: Figure) => day.approvedCount],
  ['rejected', 'Rejected', (day: Figure) => day.rejectedCount],
  ['expired', 'Expired', (day: Figure) => day.expiredCount],
  [
    'other',
    'Waiting and others',
    (day: Figure) =>
      Math.max(0, day.askedCount - day.approvedCount - day.rejectedCount - day.expiredCount),
  ],
] as const;

type Props = {
  figures: readonly Figure[];
  days: { from: string; to: string };
  /** Shows the same numbers as a table. */
  onTable(): void;
};

/** The requests of each day as bars. The table by day says the same. */
export function DayChart({ figures, days, onTable }: Props): ReactNode {
  const byDay = new Map(figures.map((figure) => [figure.key, figure]));
  const all = allDays(days);
  const most = Math.max(1, ...figures.map(({ askedCount }) => askedCount));
  const step = WIDTH / all.length;
  const busiest = figures.find(({ askedCount }) => askedCount === most);
  const summary = busiest
    ? `Reviews requested on each day, ${days.from} to ${days.to}. The most were ${count(most, 'review')} on ${busiest.key}.`
    : `No reviews were requested from ${days.from} to ${days.to}.`;
  return (
    <figure className="day-chart">
      <figcaption>
        <span>By day</span>
        <ul className="legend" aria-hidden="true">
          {parts.map(([name, text]) => (
            <li key={name}>
              <i data-part={name} />
              {text}
            </li>
          ))}
        </ul>
        <button type="button" className="button small quiet" onClick={onTable}>
          Show as a table
        </button>
      </figcaption>
      <div className="day-chart-plot">
        <span className="day-chart-most" aria-hidden="true">
          {most.toLocaleString('en')}
        </span>
        <svg
          role="img"
          aria-label={summary}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          <title>{summary}</title>
          {all.map((day, at) => {
            const figure = byDay.get(day);
            if (!figure) return null;
            let bottom = HEIGHT;
            return (
              <g key={day}>
                <title>{titleOf(figure)}</title>
                {parts.map(([name, , amountOf]) => {
                  const height = (amountOf(figure) / most) * HEIGHT;
                  bottom -= height;
                  return (
                    <rect
                      key={name}
                      data-part={name}
                      x={(at + GAP / 2) * step}
                      y={bottom}
                      width={step * (1 - GAP)}
                      height={height}
                    />
                  );
                })}
              </g>
            );
          })}
        </svg>
        <p className="day-chart-ends" aria-hidden="true">
          <span>{days.from}</span>
          <span>{days.to}</span>
        </p>
      </div>
    </figure>
  );
}

const titleOf = (figure: Figure): string => {
  const rest = parts.map(([, text, amountOf]) => `${amountOf(figure)} ${text.toLowerCase()}`);
  return `${figure.key}: ${count(figure.askedCount, 'review')}: ${rest.join(', ')}`;
};
