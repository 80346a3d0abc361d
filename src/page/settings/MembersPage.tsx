import { type FormEvent, type ReactNode, useState } from 'react';
import { useQuery } from '../data/useQuery.ts';
import type { Viewer } from '../data/useViewer.ts';
import {
  type MemberEntryFragment,
  type MemberKind,
  MembersDocument,
  SetMemberDocument,
} from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { Problem } from './Problem.tsx';
import { useChange } from './useChange.ts';

/** The most that the service returns. More are found with the filter. */
const MAX_SHOWN = 100;

type Member = MemberEntryFragment;
type Dialog = { kind: 'edit'; member: Member | null } | { kind: 'disable'; member: Member };

/** Everybody who acts in the workspace, people and agents. */
export function MembersPage({ viewer }: { viewer: Viewer }): ReactNode {
  const [filter, setFilter] = useState('');
  const { data, error, reload } = useQuery(MembersDocument, { search: filter, first: MAX_SHOWN });
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { isDisabled, problem, change } = useChange();
  const found = data?.members ?? [];
  const close = () => {
    setDialog(null);
    reload();
  };
  const enable = async ({ actor }: Member) => {
    await change(SetMemberDocument, { actor, disabled: false }, `${actor} is enabled`);
    reload();
  };
  return (
    <>
      <Problem text={error ?? problem} />
      <div className="settings-tools">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter members"
          maxLength={200}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <button
          type="button"
          className="button primary"
          onClick={() => setDialog({ kind: 'edit', member: null })}
        >
          Add a member…
        </button>
      </div>
      <ul className="entries">
        {found.map((member) => (
          <li key={member.actor} className="entry" data-off={member.disabledAt ? '' : undefined}>
            <div className="entry-text">
              <p>
                <strong>
                  <VisibleText text={member.displayName ?? member.actor} />
                </strong>{' '}
                {member.displayName !== null && (
                  <span className="muted">
                    <VisibleText text={member.actor} />
                  </span>
                )}{' '}
                {member.kind === 'AGENT' && <span className="tag">agent</span>}
                {member.disabledAt !== null && <span className="tag bad">disabled</span>}
              </p>
              <p className="muted">
                {member.email !== null && (
                  <>
                    <VisibleText text={member.email} />
                    {member.teams.length > 0 && ' · '}
                  </>
                )}
                <VisibleText text={member.teams.map(({ name }) => name).join(', ')} />
                {member.disabledAt !== null && (
                  <>
                    {(member.email !== null || member.teams.length > 0) && ' · '}
                    disabled <Age since={member.disabledAt} /> ago
                  </>
                )}
              </p>
            </div>
            <button
              type="button"
              className="button small"
              onClick={() => setDialog({ kind: 'edit', member })}
            >
              Edit…<span className="visually-hidden"> {member.actor}</span>
            </button>
            {member.disabledAt !== null ? (
              <button
                type="button"
                className="button small"
                disabled={isDisabled}
                onClick={() => void enable(member)}
              >
                Enable<span className="visually-hidden"> {member.actor}</span>
              </button>
            ) : (
              <button
                type="button"
                className="button small danger"
                onClick={() => setDialog({ kind: 'disable', member })}
              >
                Disable…<span className="visually-hidden"> {member.actor}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {data && found.length === 0 && <p className="muted">No members</p>}
      {found.length === MAX_SHOWN && (
        <p className="muted">
          Showing the first {count(MAX_SHOWN, 'member')}. Use the filter to find others.
        </p>
      )}
      {dialog?.kind === 'edit' && (
        <MemberDialog member={dialog.member} viewer={viewer} onClose={close} />
      )}
      {dialog?.kind === 'disable' && <DisableDialog member={dialog.member} onClose={close} />}
    </>
  );
}

type MemberDialogProps = { member: Member | null; viewer: Viewer; onClose(): void };

function MemberDialog({ member, viewer, onClose }: MemberDialogProps): ReactNode {
  const { isDisabled, problem, change } = useChange();
  const [actor, setActor] = useState(member?.actor ?? '');
  const [kind, setKind] = useState<MemberKind>(member?.kind ?? 'PERSON');
  const [displayName, setDisplayName] = useState(member?.displayName ?? '');
  const [email, setEmail] = useState(member?.email ?? '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = {
      actor: actor.trim(),
      displayName: displayName.trim() || null,
      email: email.trim() || null,
      ...(kind !== member?.kind && { kind }),
    };
    if (await change(SetMemberDocument, input, `Saved ${input.actor}`)) onClose();
  };
  return (
    <Modal title={member ? `Edit ${member.actor}` : 'Add a member'} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <Problem text={problem} />
        {!member && (
          <label>
            Actor: the name in tokens, sessions and reviews
            <input
              type="text"
              value={actor}
              required
              onChange={({ target }) => setActor(target.value)}
            />
          </label>
        )}
        <label>
          Name
          <input
            type="text"
            value={displayName}
            onChange={({ target }) => setDisplayName(target.value)}
          />
        </label>
        <label>
          E-mail
          <input type="email" value={email} onChange={({ target }) => setEmail(target.value)} />
        </label>
        <label>
          Kind
          <select
            value={kind}
            disabled={member?.actor === viewer.actor}
            onChange={({ target }) => setKind(target.value as MemberKind)}
          >
            <option value="PERSON">Person</option>
            <option value="AGENT">Agent, which never decides</option>
          </select>
        </label>
        <div className="actions">
          <button
            type="submit"
            className="button primary"
            disabled={isDisabled || actor.trim() === ''}
          >
            Save
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Modal>
  );
}

function DisableDialog({ member, onClose }: { member: Member; onClose(): void }): ReactNode {
  const { isDisabled, problem, change } = useChange();
  const { actor } = member;
  const disable = async () => {
    if (await change(SetMemberDocument, { actor, disabled: true }, `${actor} is disabled`)) {
      onClose();
    }
  };
  return (
    <Modal title={`Disable ${actor}?`} onClose={onClose}>
      <p>
        This ends everything of{' '}
        <strong>
          <VisibleText text={member.displayName ?? actor} />
        </strong>{' '}
        within seconds: sessions, tokens, delegations and claims. Approvals by this member that have
        not led to a decision yet no longer count. Tokens and delegations stay ended if you enable
        the member again.
      </p>
      <Problem text={problem} />
      <div className="actions">
        <button
          type="button"
          className="button danger solid"
          disabled={isDisabled}
          onClick={() => void disable()}
        >
          Disable and revoke everything
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
