import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useNow } from '../data/clock.ts';
import { useQuery } from '../data/useQuery.ts';
import type { Viewer } from '../data/useViewer.ts';
import {
  CreateDelegationDocument,
  DelegationsDocument,
  type DelegationsQuery,
  MemberNamesDocument,
  RevokeDelegationDocument,
} from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';
import { Problem } from './Problem.tsx';
import { useChange } from './useChange.ts';

const DAY_MS = 86_400_000;
/** In characters. */
const MAX_SEARCH = 200;

type Delegation = DelegationsQuery['delegations'][number];

/** Who decides in whose place: everybody delegates for themselves, managers also for others. */
export function DelegationsPage({ viewer }: { viewer: Viewer }): ReactNode {
  const isManager = viewer.scopes.includes('people:manage');
  const { data, error, reload } = useQuery(DelegationsDocument, {});
  const { isDisabled, problem, change } = useChange();
  const now = useNow();
  const hasEnded = ({ revokedAt, until }: Delegation) =>
    revokedAt !== null || Date.parse(until) <= now;
  const revoke = async (delegationId: string) => {
    await change(RevokeDelegationDocument, { delegationId }, 'The delegation has ended');
    reload();
  };
  return (
    <>
      <AwayForm viewer={viewer} isManager={isManager} onCreated={reload} />
      <Problem text={error ?? problem} />
      <h3>All delegations</h3>
      <ul className="entries">
        {data?.delegations.map((delegation) => {
          const { delegationId, from, to, startsAt, until, reason, active } = delegation;
          const isOwn = from === viewer.actor || to === viewer.actor;
          const isOver = hasEnded(delegation);
          return (
            <li key={delegationId} className="entry" data-off={isOver ? '' : undefined}>
              <div className="entry-text">
                <p>
                  <strong>
                    <VisibleText text={to} />
                  </strong>{' '}
                  decides for{' '}
                  <strong>
                    <VisibleText text={from} />
                  </strong>{' '}
                  {active && <span className="tag good">active</span>}
                  {isOver && <span className="tag">ended</span>}
                </p>
                <p className="muted">
                  {shortTime(startsAt)} to {shortTime(until)}
                  {reason && (
                    <>
                      : <VisibleText text={reason} />
                    </>
                  )}
                </p>
              </div>
              {!isOver && (isOwn || isManager) && (
                <button
                  type="button"
                  className="button small"
                  disabled={isDisabled}
                  onClick={() => void revoke(delegationId)}
                >
                  End now
                  <span className="visually-hidden">
                    : {to} decides for {from}
                  </span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {data?.delegations.length === 0 && <p className="muted">None</p>}
    </>
  );
}

type AwayFormProps = { viewer: Viewer; isManager: boolean; onCreated(): void };

/** "I am away from … until …, … decides for me." */
function AwayForm({ viewer, isManager, onCreated }: AwayFormProps): ReactNode {
  const [typed, setTyped] = useState('');
  const { data } = useQuery(MemberNamesDocument, { search: typed });
  const { isDisabled, problem, change } = useChange();
  const [from, setFrom] = useState(viewer.actor);
  const [to, setTo] = useState('');
  const [startsAt, setStartsAt] = useState('');
  const [until, setUntil] = useState(() => localTime(new Date(Date.now() + 7 * DAY_MS)));
  const [reason, setReason] = useState('');
  const id = useId();
  const people = (data?.members ?? []).filter(
    ({ kind, disabledAt }) => kind === 'PERSON' && disabledAt === null,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = {
      to: to.trim(),
      until: new Date(until).toISOString(),
      ...(from.trim() !== viewer.actor && { from: from.trim() }),
      ...(startsAt !== '' && { startsAt: new Date(startsAt).toISOString() }),
      ...(reason.trim() && { reason: reason.trim() }),
    };
    const done = `${input.to} decides for ${from.trim()}`;
    if (!(await change(CreateDelegationDocument, input, done))) return;
    setTo('');
    setReason('');
    onCreated();
  };
  return (
    <form className="form away-form" onSubmit={(event) => void submit(event)}>
      <datalist id={id}>
        {people.map(({ actor, displayName }) => (
          <option key={actor} value={actor}>
            {displayName}
          </option>
        ))}
      </datalist>
      <Problem text={problem} />
      <div className="form-row">
        {isManager && (
          <label>
            Who is away
            <input
              type="text"
              list={id}
              required
              value={from}
              onChange={({ target }) => {
                setFrom(target.value);
                setTyped(target.value.slice(0, MAX_SEARCH));
              }}
            />
          </label>
        )}
        <label>
          Away from (empty: from now)
          <input
            type="datetime-local"
            value={startsAt}
            onChange={({ target }) => setStartsAt(target.value)}
          />
        </label>
        <label>
          until
          <input
            type="datetime-local"
            required
            value={until}
            onChange={({ target }) => setUntil(target.value)}
          />
        </label>
        <label>
          Who decides instead
          <input
            type="text"
            list={id}
            required
            value={to}
            onChange={({ target }) => {
              setTo(target.value);
              setTyped(target.value.slice(0, MAX_SEARCH));
            }}
          />
        </label>
        <label>
          Reason (optional)
          <input
            type="text"
            maxLength={2_000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
      </div>
      <div className="actions">
        <button
          type="submit"
          className="button primary"
          disabled={isDisabled || to.trim() === '' || until === ''}
        >
          Delegate
        </button>
        <span className="muted">
          Only what you may decide in person is passed on. It can be ended at any time.
        </span>
      </div>
    </form>
  );
}

const shortTime = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time as `datetime-local` fields have it, in the browser's time zone. */
function localTime(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
