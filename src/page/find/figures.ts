import { queryFrom } from '../data/route.ts';
import type { FiguresQuery, StatsBy } from '../generated/graphql.ts';
import { emptyFilter, type Filter, queryOfFilter } from './filter.ts';

export type Figure = FiguresQuery['reviewStats'][number];

/** What the figures are grouped by, as the address names it. */
export const groups = ['person', 'step', 'workflow', 'team', 'rule', 'day'] as const;
export type Group = (typeof groups)[number];

export const statsOf: Record<Group, StatsBy> = {
  person: 'ACTOR',
  step: 'NODE',
  workflow: 'GRAPH',
  team: 'TEAM',
  rule: 'RULE',
  day: 'DAY',
};

export const groupNames: Record<Group, string> = {
  person: 'Person',
  step: 'Step',
  workflow: 'Workflow',
  team: 'Team',
  rule: 'Rule',
  day: 'Day',
};

/** The presets of the range, in days including today. */
export const presets = { '7d': 7, '30d': 30, '90d': 90, '365d': 365 } as const;
export type Preset = keyof typeof presets;

export const presetNames: Record<Preset, string> = {
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '365d': 'Last year',
};

export const columns = {
  askedCount: 'Requested',
  approvedCount: 'Approved',
  editedCount: 'Edited',
  rejectedCount: 'Rejected',
  expiredCount: 'Expired',
  decidedByPeopleCount: 'Decided by people',
  medianSeconds: 'Median time',
  p95Seconds: '95% within',
} as const;
export type Column = keyof typeof columns;
export type Sort = { column: Column | 'key'; isDescending: boolean };

/** What the page of figures shows, as the address says. */
export type FiguresView = {
  by: Group;
  /** One of the presets, or days in UTC of which the last is included. */
  range: Preset | { from: string; to: string };
  sort: Sort | null;
};

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

export function parseFigures(query: string): { view: FiguresView; problems: string[] } {
  const problems: string[] = [];
  const parameters = new URLSearchParams(query);
  const view: FiguresView = { by: 'step', range: '30d', sort: null };
  for (const [name, value] of parameters) {
    const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value;
    const wrong = (right: string) =>
      problems.push(`“${shown}” is not a value of “${name}”: use ${right}.`);
    if (name === 'by') {
      const by = groups.find((group) => group === value);
      if (by) view.by = by;
      else wrong(groups.join(', '));
    } else if (name === 'last') {
      if (Object.hasOwn(presets, value)) view.range = value as Preset;
      else wrong(Object.keys(presets).join(', '));
    } else if (name === 'sort') {
      const sort = sortOf(value);
      if (sort) view.sort = sort;
      else
        wrong(`a column such as ${Object.keys(columns)[0]}, with - in front for the largest first`);
    } else if (name !== 'from' && name !== 'to') {
      problems.push(`“${name.slice(0, 60)}” is not part of the figures.`);
    }
  }
  const from = parameters.get('from');
  const to = parameters.get('to');
  if (from !== null || to !== null) {
    const problem = problemOfRange(from ?? '', to ?? '');
    if (problem === null) view.range = { from: from ?? '', to: to ?? '' };
    else problems.push(problem);
  }
  return { view, problems };
}

function sortOf(value: string): Sort | null {
  const name = value.replace(/^-/, '');
  const isColumn = name === 'key' || Object.hasOwn(columns, name);
  return isColumn ? { column: name as Sort['column'], isDescending: name !== value } : null;
}

export function queryOfFigures({ by, range, sort }: FiguresView): string {
  return queryFrom([
    ['by', by],
    ...(typeof range === 'string'
      ? ([['last', range]] as [string, string][])
      : ([
          ['from', range.from],
          ['to', range.to],
        ] as [string, string][])),
    ...(sort
      ? ([['sort', `${sort.isDescending ? '-' : ''}${sort.column}`]] as [string, string][])
      : []),
  ]);
}

const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && dayOf(time) === text;
};

/** Why figures cannot be made of a range, or null. */
export function problemOfRange(from: string, to: string): string | null {
  for (const day of [from, to]) {
    if (!isDay(day)) return `“${day.slice(0, 60)}” is not a day: use one such as 2026-11-21.`;
  }
  if (to < from) return `The range ends on ${to}, before it begins on ${from}.`;
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days > MAX_DAYS ? `The range has ${days} days: use at most ${MAX_DAYS}.` : null;
}

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const dayAfter = (day: string): string => dayOf(Date.parse(day) + DAY_MS);

/** The first and the last day of a range, in UTC. */
export function daysOf(range: FiguresView['range'], now: number): { from: string; to: string } {
  if (typeof range !== 'string') return range;
  return { from: dayOf(now - (presets[range] - 1) * DAY_MS), to: dayOf(now) };
}

/** All days from the first to the last. */
export function allDays({ from, to }: { from: string; to: string }): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
  return days;
}

/** The rows in the order of a column; rows without a value come last. */
export function sorted(figures: readonly Figure[], sort: Sort | null): readonly Figure[] {
  if (!sort) return figures;
  const { column, isDescending } = sort;
  const direction = isDescending ? -1 : 1;
  return figures.toSorted((one, other) => {
    const [a, b] = [one[column], other[column]];
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -direction : direction;
  });
}

/** The query of the search that shows the reviews of a row. */
export function searchOfRow(by: Group, key: string, days: { from: string; to: string }): string {
  const filter: Filter = { ...emptyFilter, from: days.from, to: dayAfter(days.to) };
  if (by === 'day') return queryOfFilter({ ...filter, from: key, to: dayAfter(key) });
  if (by === 'person') {
    return queryOfFilter({ ...filter, 'decided-by': key, how: ['REVIEWER', 'OVERRIDE'] });
  }
  return queryOfFilter({ ...filter, [by]: key });
}

/** A time span in words, e.g. `12 s`, `4 min`, `3.2 h` or `5 d`. */
export function durationText(seconds: number): string {
  const text = (amount: number, unit: string) =>
    `${amount < 10 && unit !== 's' ? amount.toFixed(1).replace('.0', '') : Math.round(amount)} ${unit}`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return text(seconds, 's');
  if (seconds < 3_600) return text(seconds / 60, 'min');
  return seconds < 48 * 3_600 ? text(seconds / 3_600, 'h') : text(seconds / 86_400, 'd');
}

/** A part of a whole, e.g. `37%`. Empty where there is no whole. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '';
  const share = (100 * part) / whole;
  return `${share > 0 && share < 1 ? '<1' : Math.round(share)}%`;
}
