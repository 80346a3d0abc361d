import { queryFrom } from '../data/route.ts';
import type {
  DecisionSource,
  ReviewKind,
  ReviewSearch,
  ReviewStatus,
  Risk,
} from '../generated/graphql.ts';
import { riskNames } from '../parts/RiskBadge.tsx';

/** What is searched for, as the address says. A field without a value does not restrict. */
export type Filter = {
  text: string;
  status: readonly ReviewStatus[];
  kind: ReviewKind | null;
  /** This risk or a higher one. */
  risk: Risk | null;
  agent: string;
  'decided-by': string;
  how: readonly DecisionSource[];
  workflow: string;
  step: string;
  run: string;
  tag: string;
  team: string;
  rule: string;
  /** Requested in this time before now, such as `7d`. */
  since: string;
  /** Requested at this time or later: a day in UTC, or a time. */
  from: string;
  /** Requested before this time. */
  to: string;
};

export type Field = keyof Filter;

export const emptyFilter: Filter = {
  text: '',
  status: [],
  kind: null,
  risk: null,
  agent: '',
  'decided-by': '',
  how: [],
  workflow: '',
  step: '',
  run: '',
  tag: '',
  team: '',
  rule: '',
  since: '',
  from: '',
  to: '',
};

export const fieldNames: Record<Field, string> = {
  text: 'Words',
  status: 'Status',
  kind: 'Kind',
  risk: 'Risk at least',
  agent: 'Requested by',
  'decided-by': 'Decided by',
  how: 'How it was decided',
  workflow: 'Workflow',
  step: 'Step',
  run: 'Run',
  tag: 'Tag',
  team: 'Team',
  rule: 'Rule',
  since: 'Requested in the last',
  from: 'Requested from',
  to: 'Requested before',
};

export const statusNames: Record<ReviewStatus, string> = {
  WAITING: 'Waiting',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  ANSWERED: 'Answered',
  CHANGES_REQUESTED: 'Changes requested',
};

export const kindNames: Record<ReviewKind, string> = { ACTION: 'Action', QUESTION: 'Question' };

export const sourceNames: Record<DecisionSource, string> = {
  REVIEWER: 'By a reviewer',
  OVERRIDE: 'By override',
  AUTO_APPROVAL: 'By a standing approval',
  POLICY: 'By the policy',
  EXPIRY: 'Expired',
  CANCELLATION: 'Cancelled',
};

const DAY_MS = 86_400_000;
const MAX_TEXT_CHARACTERS = 200;
const MAX_ID_CHARACTERS = 200;

/** The presets of the time range. */
export const sinceNames: Record<string, string> = {
  '1d': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '365d': 'Last year',
};

export type Parsed = {
  filter: Filter;
  /** What is in the address but cannot be used, and why. */
  problems: readonly string[];
};

/** Reads the filter from the query of an address. What cannot be used is named. */
export function parseFilter(query: string): Parsed {
  const problems: string[] = [];
  const filter: Filter = { ...emptyFilter };
  const set = <Name extends Field>(name: Name, value: Filter[Name]) => {
    filter[name] = value;
  };
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    if (!Object.hasOwn(emptyFilter, name)) {
      problems.push(`“${brief(name)}” is not a filter.`);
      continue;
    }
    const field = name as Field;
    const all = parameters.getAll(name).filter((value) => value.trim() !== '');
    const several = all.flatMap((value) => value.split(',')).filter(Boolean);
    const value = all[0];
    if (value === undefined) continue;
    const isList = field === 'status' || field === 'how';
    if (!isList && all.length > 1) problems.push(`“${field}” is there ${all.length} times.`);
    if (field === 'status') set('status', choices(field, several, statusNames, problems));
    else if (field === 'how') set('how', choices(field, several, sourceNames, problems));
    else if (field === 'kind') set('kind', choices(field, [value], kindNames, problems)[0] ?? null);
    else if (field === 'risk') set('risk', choices(field, [value], riskNames, problems)[0] ?? null);
    else {
      const problem = problemOfValue(field, value);
      if (problem === null) set(field, value.trim());
      else problems.push(`“${brief(value)}” is not a value of “${field}”: ${problem}`);
    }
  }
  if (filter.since !== '' && (filter.from !== '' || filter.to !== '')) {
    problems.push('“since” cannot be combined with “from” or “to”.');
    filter.since = '';
  }
  return { filter, problems };
}

const nameInAddress = (value: string): string => value.toLowerCase().replaceAll('_', '-');

function choices<Value extends string>(
  field: Field,
  values: readonly string[],
  known: Readonly<Record<Value, string>>,
  problems: string[],
): Value[] {
  const names = Object.keys(known) as Value[];
  const found = new Set<Value>();
  for (const value of values) {
    const match = names.find((name) => nameInAddress(name) === nameInAddress(value.trim()));
    if (match) found.add(match);
    else {
      problems.push(
        `“${brief(value)}” is not a value of “${field}”: use ${names.map(nameInAddress).join(', ')}.`,
      );
    }
  }
  return [...found];
}

/** Why a value cannot be used, or null. */
export function problemOfValue(field: Field, value: string): string | null {
  if (field === 'since') return sinceMs(value) === null ? 'use a time such as 7d or 12h.' : null;
  if (field === 'from' || field === 'to') {
    return timeOf(value) === null ? 'use a day such as 2026-11-21.' : null;
  }
  if (field === 'text') {
    if (value.length > MAX_TEXT_CHARACTERS) return `use at most ${MAX_TEXT_CHARACTERS} characters.`;
    return /[\p{L}\p{N}]/u.test(value) ? null : 'use at least one letter or digit.';
  }
  return value.length > MAX_ID_CHARACTERS ? `use at most ${MAX_ID_CHARACTERS} characters.` : null;
}

const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function sinceMs(value: string): number | null {
  const [, amount, unit] = /^([1-9]\d{0,3})([hdw])$/.exec(value.trim()) ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (unit === 'h' ? DAY_MS / 24 : unit === 'd' ? DAY_MS : 7 * DAY_MS);
}

const timePattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/;

/** A day in UTC, or a time, in milliseconds. Null: it is none. */
function timeOf(value: string): number | null {
  const text = value.trim();
  const time = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse makes the 2nd of March of the 30th of February.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
  return isDay ? time : null;
}

/** The query of the address. Fields without a value are absent. */
export function queryOfFilter(filter: Filter): string {
  return queryFrom(
    (Object.keys(emptyFilter) as Field[]).flatMap((field): [string, string][] => {
      const value = filter[field];
      if (value === null || value.length === 0) return [];
      const text = typeof value === 'string' ? value : value.join(',');
      const isName = ['status', 'how', 'kind', 'risk'].includes(field);
      return [[field, isName ? nameInAddress(text) : text]];
    }),
  );
}

/** @param now to which `since` is relative */
export function searchOf(filter: Filter, now: number): ReviewSearch {
  const since = filter.since === '' ? null : sinceMs(filter.since);
  const from = since === null ? timeOf(filter.from) : now - since;
  const to = timeOf(filter.to);
  return {
    text: filter.text || null,
    status: [...filter.status],
    kind: filter.kind,
    riskAtLeast: filter.risk,
    requestedBy: filter.agent || null,
    decidedBy: filter['decided-by'] || null,
    decisionSource: [...filter.how],
    graphId: filter.workflow || null,
    nodeId: filter.step || null,
    graphExecId: filter.run || null,
    tag: filter.tag || null,
    teamId: filter.team || null,
    ruleId: filter.rule || null,
    requestedFrom: from === null ? null : new Date(from).toISOString(),
    requestedTo: to === null ? null : new Date(to).toISOString(),
  };
}

/** What each set field says, in words. The text is left out, because its field always shows it. */
export function chipsOf(filter: Filter): { field: Field; text: string }[] {
  const chip = (field: Field): string => {
    const value = filter[field];
    if (field === 'status') return filter.status.map((name) => statusNames[name]).join(' or ');
    if (field === 'how') return filter.how.map((name) => sourceNames[name]).join(' or ');
    if (field === 'kind') return filter.kind === null ? '' : kindNames[filter.kind];
    if (field === 'risk') {
      if (filter.risk === null) return '';
      const name = `${riskNames[filter.risk]} risk`;
      return filter.risk === 'CRITICAL' ? name : `${name} or higher`;
    }
    if (value === '') return '';
    if (field === 'since') return sinceNames[filter.since] ?? `Last ${filter.since}`;
    return `${fieldNames[field]} ${value}`;
  };
  return (Object.keys(emptyFilter) as Field[]).flatMap((field) => {
    const text = field === 'text' ? '' : chip(field);
    return text === '' ? [] : [{ field, text }];
  });
}

/** The filter without one of its fields. */
export const without = (filter: Filter, field: Field): Filter => ({
  ...filter,
  [field]: emptyFilter[field],
});
