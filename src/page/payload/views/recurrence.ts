import { timeOf } from './times.ts';

const units = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const;
const days: Readonly<Record<string, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const ordinals: Readonly<Record<string, string>> = {
  '1': 'first ',
  '2': 'second ',
  '3': 'third ',
  '4': 'fourth ',
  '5': 'fifth ',
  '-1': 'last ',
};

/**
 * `every 2 weeks on Monday and Friday, 10 times` for a usual recurrence rule of RFC 5545. Undefined
 * for any other: a rule is never shown in part.
 */
export function recurrenceOf(text: string): string | undefined {
  if (!/^(?:RRULE:)?FREQ=/i.test(text)) return undefined;
  const rule = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/i, '').split(';')) {
    const [name = '', value = '', ...more] = part.toUpperCase().split('=');
    if (value === '' || more.length > 0 || rule.has(name)) return undefined;
    rule.set(name, value);
  }
  const take = (name: string) => {
    const value = rule.get(name);
    rule.delete(name);
    return value;
  };
  const unit = units[take('FREQ') as keyof typeof units];
  const interval = take('INTERVAL') ?? '1';
  if (unit === undefined || !/^[1-9]\d{0,3}$/.test(interval)) return undefined;
  const words = [interval === '1' ? `every ${unit}` : `every ${interval} ${unit}s`];
  const byDay = take('BYDAY');
  const byMonthDay = take('BYMONTHDAY');
  if (byDay !== undefined && byMonthDay !== undefined) return undefined;
  if (byDay !== undefined) {
    const named = byDay.split(',').map((day) => dayOf(day, unit));
    if (named.includes(undefined)) return undefined;
    words.push(`on ${listed(named as string[])}`);
  }
  if (byMonthDay !== undefined) {
    const numbers = byMonthDay.split(',');
    if (unit !== 'month' || !numbers.every((day) => /^(?:-1|[1-9]|[12]\d|3[01])$/.test(day))) {
      return undefined;
    }
    words.push(
      `on ${listed(numbers.map((day) => (day === '-1' ? 'the last day' : `day ${day}`)))}`,
    );
  }
  const count = take('COUNT');
  const until = take('UNTIL');
  // The start of the week matters only for a few rules.
  const weekStart = take('WKST');
  const isPlainWeek = weekStart === undefined || unit !== 'week' || interval === '1';
  if (rule.size > 0 || !isPlainWeek || (count !== undefined && until !== undefined)) {
    return undefined;
  }
  if (count !== undefined) {
    if (!/^[1-9]\d{0,5}$/.test(count)) return undefined;
    return `${words.join(' ')}, ${count === '1' ? 'once' : `${count} times`}`;
  }
  if (until === undefined) return `${words.join(' ')}, without an end`;
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?$/.exec(until) ?? [];
  const last = year === undefined ? undefined : timeOf(`${year}-${month}-${day}`);
  return last === undefined ? undefined : `${words.join(' ')}, until ${last}`;
}

/** `Monday`, or `the first Monday` of a month. */
function dayOf(text: string, unit: string): string | undefined {
  const [, ordinal = '', name = ''] = /^(-?\d)?([A-Z]{2})$/.exec(text) ?? [];
  const day = days[name];
  if (ordinal === '') return unit === 'day' || unit === 'week' ? day : undefined;
  const prefix = ordinals[ordinal];
  return unit === 'month' && day && prefix ? `the ${prefix}${day}` : undefined;
}

const listed = (all: readonly string[]): string =>
  all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
