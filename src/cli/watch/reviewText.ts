import type { Risk } from '@holdpoint/client/documents';
import { jsonTextOf } from '@holdpoint/client/json';
import type pc from 'picocolors';
import { marksOf, marksOfJson } from '../../text/marks.ts';
import { namesOf, safeLines, safeText, wrap } from '../terminalText.ts';
import { formLines, schemaText } from './answerForm.ts';
import { diffLines } from './diffLines.ts';
import type { Review } from './feed.ts';
import { jsonLines, payloadLines } from './payloadLines.ts';

const GUTTER = '│ ';
/** `wrap` counts two for what is not ASCII, and some terminals too. */
const GUTTER_COLUMNS = 3;
const LABEL_COLUMNS = 11;
const MIN_COLUMNS = 40;

export type Look = {
  columns: number;
  colors: Pick<typeof pc, 'bold' | 'dim' | 'green' | 'red' | 'yellow'>;
};

/**
 * A review in full. Every line begins with the gutter, so text from the agent cannot pass for ours.
 */
export function reviewCard(number: number, review: Review, { columns, colors }: Look): string {
  const width = Math.max(columns, MIN_COLUMNS) - GUTTER_COLUMNS - LABEL_COLUMNS;
  const row = (label: string, lines: string[]) =>
    lines.map((line, at) => colors.dim((at === 0 ? label : '').padEnd(LABEL_COLUMNS)) + line);
  const plain = (text: string) => wrap(safeText(text), width);
  const { nodeId, graphId, graphExecId, nodeExecId, requestedBy, instructions } = review;
  const { headline, tags, links } = review;
  const escaped = namesOf(
    ...[nodeId, graphId, graphExecId, nodeExecId, requestedBy].map((text) => marksOf(text)),
    ...[instructions ?? '', headline ?? '', ...tags].map((text) => marksOf(text)),
    ...links.flatMap(({ title, url }) => [marksOf(title), marksOf(url)]),
    marksOfJson(review.payload.text),
    ...(review.kind === 'QUESTION' ? [marksOfJson(schemaText(review))] : []),
  );

  const rows = [
    ...(headline ? row('headline', plain(headline)) : []),
    ...(review.risk ? row('risk', [riskText(review.risk, colors)]) : []),
    ...(review.reversible === null
      ? []
      : row('undo', [review.reversible ? 'possible' : colors.red('not possible')])),
    ...row('agent', plain(`${review.requestedBy}, asked ${ageOf(review.createdAt)} ago`)),
    ...(review.expiresAt ? row('expires', [leftText(review.expiresAt)]) : []),
    ...row('step', plain(review.nodeId)),
    ...row('run', plain(review.graphExecId)),
    ...row('workflow', plain(`${review.graphId}, version ${review.graphVersion}`)),
    ...row('id', plain(review.nodeExecId)),
    ...(review.consumers.length > 0
      ? row('used by', plain([review.requestedBy, ...review.consumers].join(', ')))
      : []),
    ...(tags.length > 0 ? row('tags', plain(tags.join(', '))) : []),
    ...row(
      'links',
      links.flatMap(({ title, url }) => plain(`${title}: ${url}`)),
    ),
    ...(review.editable || review.kind === 'QUESTION' ? [] : row('editable', ['no'])),
    ...row('policy', policyLines(review).flatMap(plain)),
    ...row('approvals', approvalLines(review).flatMap(plain)),
    ...row('claimed', claimText(review) === null ? [] : plain(claimText(review) as string)),
    ...(cannotText(review) ? row('you', plain(cannotText(review) as string)) : []),
    ...(review.instructions
      ? row(
          'message',
          safeLines(review.instructions).flatMap((line) => wrap(line, width)),
        )
      : []),
    ...row('revision', revisionLines(review).flatMap(plain)),
    ...row(
      'changed',
      changeLines(review).flatMap((line) => wrap(line, width)),
    ),
    ...row('comments', commentLines(review).flatMap(plain)),
    ...row(review.kind === 'QUESTION' ? 'context' : 'payload', payloadLines(review.payload, width)),
    ...row(
      'answer',
      formLines(review).flatMap((line) => wrap(line, width)),
    ),
    ...row('also', otherDecisions(review)),
    ...(escaped.length > 0
      ? row('careful', wrap(`Escaped, because it misleads: ${escaped.join(', ')}`, width))
      : []),
  ];
  const title = review.kind === 'QUESTION' ? 'Question' : 'Review';
  const heading = colors.bold(colors.yellow(`${title} ${number}`));
  return [heading, ...rows.map((line) => colors.yellow(GUTTER) + line)].join('\n');
}

/** A review on one line. */
export function reviewLine(number: number, review: Review, { columns }: Look): string {
  const { requestedBy, nodeId, graphExecId, createdAt, expiresAt, claimedBy } = review;
  const { headline, risk, payload } = review;
  const start = `${String(number).padStart(3)}  ${ageOf(createdAt).padStart(6)}  `;
  const left = expiresAt ? `(expires ${leftText(expiresAt)})  ` : '';
  const progress = progressText(review);
  const marks = [
    ...(review.kind === 'QUESTION' ? ['question'] : []),
    ...(review.revision > 1 ? [`revision ${review.revision}`] : []),
    ...(risk ? [`risk ${risk}`] : []),
    ...(progress ? [progress] : []),
    ...(claimedBy ? [`claimed by ${claimedBy}`] : []),
  ];
  const state = marks.length > 0 ? `(${marks.join(', ')})  ` : '';
  const text = `${start}${left}${state}${requestedBy}  ${nodeId}  ${graphExecId}  ${headline ?? payload.text}`;
  const [first = '', rest] = wrap(
    safeText(text.slice(0, columns)),
    Math.max(columns, MIN_COLUMNS) - 2,
  );
  return rest === undefined && text.length <= columns ? first : `${first}…`;
}

/** Which revision it is, what was asked for, and what the agent says about it. */
function revisionLines({ revision, previous }: Review): string[] {
  if (revision === 1) return [];
  const { changesRequestedBy: by, changesRequested, note } = previous ?? {};
  const asked = by
    ? [`${by} asked for changes${changesRequested ? `: "${changesRequested}"` : ''}`]
    : [];
  return [String(revision), ...asked, ...(note ? [`the agent: "${note}"`] : [])];
}

/** What the revision changed, marked - and +. */
function changeLines({ payload, previous }: Review): string[] {
  if (!previous) return [];
  const lines = diffLines(jsonLines(previous.payload), jsonLines(payload));
  return lines.length > 0 ? lines : ['nothing'];
}

const commentLines = ({ comments = [] }: Review): string[] =>
  comments.map(({ actor, text, pointer, revision }) => {
    const where = pointer ? ` on ${pointer}` : '';
    return `${actor}${where} (revision ${revision}): "${text}"`;
  });

/** What else can be decided, besides approving or answering, and rejecting. */
function otherDecisions({ allowedDecisions }: Review): string[] {
  return allowedDecisions.includes('REQUEST_CHANGES') ? ['m: ask for changes'] : [];
}

const riskText = (risk: Risk, colors: Look['colors']): string =>
  risk === 'HIGH' || risk === 'CRITICAL' ? colors.red(risk) : risk;

/** Why a person is asked, and which rules could not be evaluated. Empty without a policy. */
function policyLines({ policy }: Review): string[] {
  if (policy === null) return [];
  const { mode, effect, ruleIds, problems } = policy;
  const rules = ruleIds.join(', ');
  const isShadow = mode === 'SHADOW';
  const why =
    effect === 'REVIEW'
      ? `${isShadow ? 'would ask' : 'asked'} because: ${rules || 'no rule applies'}`
      : isShadow
        ? `would be ${effect === 'ALLOW' ? 'allowed' : 'denied'} by: ${rules}`
        : `allowed by: ${rules}, yet a person is asked`;
  return [
    isShadow ? `${why} (not enforced)` : why,
    ...problems.map(({ ruleId, message }) => `could not evaluate ${ruleId}: ${message}`),
  ];
}

/** What is required, what is missing, and who has voted. Empty if one approval is enough. */
function approvalLines({ approvalsRequired, votes }: Review): string[] {
  const required = approvalsRequired.map(({ team, actors, count, given }) => {
    const asked = team ? teamText(team) : actors?.join(', ');
    const who = asked === undefined ? '' : ` of ${asked}`;
    const missing = given < count ? `, ${count - given} missing` : '';
    return `${given} of ${count}${who}${missing}`;
  });
  const cast = votes.map(({ actor, onBehalfOf, decision, message, endedBy }) => {
    const forWhom = onBehalfOf === null ? '' : ` for ${onBehalfOf}`;
    const said = message ? `: "${message}"` : '';
    const end = endedBy === null ? '' : ` (no longer counts: ${endTexts[endedBy]})`;
    return `${decision === 'APPROVE' ? 'approved' : 'rejected'} by ${actor}${forWhom}${said}${end}`;
  });
  return required.length === 0 ? [] : [...required, ...cast];
}

const teamText = ({ teamId, name }: { teamId: string; name: string }): string =>
  name === teamId ? `team ${teamId}` : `team ${name} (${teamId})`;

const endTexts = {
  WITHDRAWN: 'withdrawn',
  PAYLOAD_CHANGED: 'the payload was edited afterwards',
  NOT_ELIGIBLE: 'they may no longer decide',
} as const;

/** How many approvals are there: `1 of 2 approvals`. Null if one is enough. */
export function progressText({ approvalsRequired }: Review): string | null {
  const sum = (key: 'count' | 'given') =>
    approvalsRequired.reduce((total, requirement) => total + requirement[key], 0);
  return sum('count') === 0 ? null : `${sum('given')} of ${sum('count')} approvals`;
}

const claimText = ({ claimedBy, claimedUntil }: Review): string | null =>
  claimedBy && claimedUntil ? `by ${claimedBy}, ends ${leftText(claimedUntil)}` : null;

const cannotTexts = {
  NOT_WAITING: 'it is decided',
  MISSING_SCOPE: 'this token has no review:decide',
  OWN_REQUEST: 'you requested it, or may use the approval',
  NOT_ELIGIBLE: 'others were asked; you can only reject it',
  ALREADY_VOTED: 'your approval already counts',
  CLAIMED_BY_ANOTHER: 'somebody else has claimed it; to decide it all the same, repeat the command',
} as const;

/** Why the viewer may not approve it; null if they may. */
export const cannotText = ({ viewerMayNot, status }: Review): string | null =>
  viewerMayNot && status === 'WAITING' ? `may not approve: ${cannotTexts[viewerMayNot]}` : null;

/** How a review was settled, and by whom. */
export function outcomeText(review: Review): string {
  const { status, decisionSource, wasEdited, reviewMessage } = review;
  const by = safeText(review.decidedBy ?? 'unknown');
  const how = status === 'APPROVED' ? 'approved' : 'rejected';
  const edit = wasEdited ? ' with an edit' : '';
  const message = reviewMessage ? `: "${safeText(reviewMessage)}"` : '';
  if (status === 'CHANGES_REQUESTED') return `${by} asked for changes${message}`;
  if (status === 'ANSWERED') {
    return `answered by ${by} with ${safeText(jsonTextOf(review.answer).text)}${message}`;
  }
  switch (decisionSource) {
    case 'AUTO_APPROVAL':
      return `approved by a standing approval of ${by}`;
    case 'CANCELLATION':
      return `cancelled by ${by}, who stopped the run${message}`;
    case 'EXPIRY':
      return 'expired without a decision';
    case 'POLICY':
      return `${how} by the policy${message}`;
    case 'OVERRIDE':
      return `${how} by ${by}, who overrode the approvals that were required${message}`;
    default:
      if (status === 'WAITING') return 'pending again';
      return `${how} by ${by}${edit}${message}${review.voidedAt ? '; the approval is now void' : ''}`;
  }
}

/** The result that the agent reported. */
export function reportText({ outcome, outcomeDetail }: Review): string {
  return `reported as ${outcome}${outcomeDetail ? `: "${safeText(outcomeDetail)}"` : ''}`;
}

/** The age of a review: `12s`, `5m`, `3h` or `2d`. */
export const ageOf = (createdAt: string, now: number = Date.now()): string =>
  spanText(now - Date.parse(createdAt));

/** `in 4m`, by the clock of this machine. The service decides when a review has expired. */
export function leftText(expiresAt: string, now: number = Date.now()): string {
  const left = Date.parse(expiresAt) - now;
  return left > 0 ? `in ${spanText(left)}` : 'now';
}

function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
