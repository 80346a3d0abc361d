const dateTime = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
/** The time that a text with another zone than the reviewer's has in its own. */
const wallTime = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const date = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/**
 * `Sat, 28 Nov 2026, 15:00 CET` for a time in ISO 8601, `Sat, 28 Nov 2026` for a date. Of a time in
 * another zone than the reviewer's, both.
 */
export function timeOf(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.{0,20})?$/.test(text)) return undefined;
  const time = new Date(text.replace(' ', 'T'));
  // A day that its month does not have would be shown as one of the next month.
  const midnight = new Date(text.slice(0, 10));
  if (Number.isNaN(time.getTime()) || midnight.getUTCDate() !== Number(text.slice(8, 10))) {
    return undefined;
  }
  if (text.length === 10) return date.format(time);
  const zone = /(?:Z|([+-]\d\d):?(\d\d))$/.exec(text);
  if (zone === null) return undefined; // it is unknown which moment is meant
  const [, hours, minutes] = zone;
  const here = dateTime.format(time);
  if (hours === undefined) return here;
  const there = wallTime.format(new Date(`${text.slice(0, 10)}T${text.slice(11, 16)}Z`));
  if (here.startsWith(there)) return here;
  const day = there.slice(0, there.lastIndexOf(', ') + 2);
  const timeHere = here.startsWith(day) ? here.slice(day.length) : here;
  return `${there} (${hours}:${minutes}), here ${timeHere}`;
}

const SECONDS_2000 = 946_684_800;
const SECONDS_2100 = 4_102_444_800;

/** As `timeOf`, for a number of seconds or milliseconds since 1970 in this century. */
export function epochOf(text: string): string | undefined {
  if (!/^\d{9,13}$/.test(text)) return undefined;
  const value = Number(text);
  const seconds = value > SECONDS_2100 ? value / 1_000 : value;
  if (seconds < SECONDS_2000 || seconds > SECONDS_2100) return undefined;
  const unit = value > SECONDS_2100 ? 'milliseconds' : 'seconds';
  return `${dateTime.format(new Date(seconds * 1_000))} if ${unit} since 1970`;
}
