import type pc from 'picocolors';
import { safeLines, safeText, wrap } from '../safeText.ts';
import { payloadLines } from './payloadLines.ts';
import type { Review } from './review.ts';

const GUTTER = '│ ';
const LABEL_COLUMNS = 11;
const MIN_COLUMNS = 40;

export type Look = {
  columns: number;
  colors: Pick<typeof pc, 'bold' | 'dim' | 'green' | 'red' | 'yellow'>;
};

/** A review to decide about, whole. Each line of it begins with the gutter: nothing that an agent sends can leave it. */
export function reviewCard(number: number, review: Review, { columns, colors }: Look): string {
  const width = Math.max(columns, MIN_COLUMNS) - GUTTER.length - LABEL_COLUMNS;
  const row = (label: string, lines: string[]) =>
    lines.map((line, at) => colors.dim((at === 0 ? label : '').padEnd(LABEL_COLUMNS)) + line);
  const plain = (text: string) => wrap(safeText(text), width);

  const rows = [
    ...row('asks', plain(`${review.requestedBy}, ${ageOf(review.createdAt)} ago`)),
    ...(review.expiresAt ? row('time', [leftText(review.expiresAt)]) : []),
    ...row('node', plain(review.nodeId)),
    ...row('execution', plain(review.graphExecId)),
    ...row('graph', plain(`${review.graphId}, version ${review.graphVersion}`)),
    ...row('id', plain(review.nodeExecId)),
    ...(review.consumers.length > 0
      ? row('used by', plain([review.requestedBy, ...review.consumers].join(', ')))
      : []),
    ...(review.editable ? [] : row('editable', ['no: only as it is'])),
    ...(review.instructions
      ? row(
          'says',
          safeLines(review.instructions).flatMap((line) => wrap(line, width)),
        )
      : []),
    ...row('payload', payloadLines(review.payload, width)),
  ];
  const heading = colors.bold(colors.yellow(`Review ${number}`));
  return [heading, ...rows.map((line) => colors.yellow(GUTTER) + line)].join('\n');
}

/** A review in a list. */
export function reviewLine(number: number, review: Review, { columns }: Look): string {
  const { requestedBy, nodeId, graphExecId, createdAt, expiresAt, payload } = review;
  const start = `${String(number).padStart(3)}  ${ageOf(createdAt).padStart(6)}  `;
  const left = expiresAt ? `(${leftText(expiresAt)})  ` : '';
  const text = `${start}${left}${requestedBy}  ${nodeId}  ${graphExecId}  ${payload.text}`;
  const [first = '', rest] = wrap(
    safeText(text.slice(0, columns)),
    Math.max(columns, MIN_COLUMNS) - 2,
  );
  return rest === undefined && text.length <= columns ? first : `${first}…`;
}

/** What became of a review: who or what settled it, and how. */
export function outcomeText(review: Review): string {
  const { status, decisionSource, wasEdited, reviewMessage } = review;
  const by = safeText(review.decidedBy ?? 'nobody');
  const how = status === 'APPROVED' ? 'approved' : 'rejected';
  const edit = wasEdited ? ' with an edit' : '';
  const message = reviewMessage ? `: "${safeText(reviewMessage)}"` : '';
  switch (decisionSource) {
    case 'AUTO_APPROVAL':
      return `approved in advance by ${by}, who approved all of this node`;
    case 'CANCELLATION':
      return `stopped with its execution by ${by}${message}`;
    case 'EXPIRY':
      return 'expired: nobody decided in time';
    default:
      if (status === 'WAITING') return 'waiting again';
      return `${how} by ${by}${edit}${message}${review.voidedAt ? '; the approval is void now' : ''}`;
  }
}

/** What the agent says that came of it. */
export function reportText({ outcome, outcomeDetail }: Review): string {
  return `reported as ${outcome}${outcomeDetail ? `: "${safeText(outcomeDetail)}"` : ''}`;
}

/** `12 s`, `5 min`, `3 h`, `2 d`: how long something has waited. */
export const ageOf = (createdAt: string, now: number = Date.now()): string =>
  spanText(now - Date.parse(createdAt));

/** `4 min left`. By this machine's clock; when the time is over, the service says so. */
export function leftText(expiresAt: string, now: number = Date.now()): string {
  const left = Date.parse(expiresAt) - now;
  return left > 0 ? `${spanText(left)} left` : 'no time left';
}

function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
