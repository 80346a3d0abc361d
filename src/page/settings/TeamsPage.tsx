import { type FormEvent, type ReactNode, useState } from 'react';
import { usePage } from '../data/page.ts';
import { addressOf } from '../data/route.ts';
import { messageOf } from '../data/service.ts';
import { useQuery } from '../data/useQuery.ts';
import {
  DeleteTeamDocument,
  SetTeamDocument,
  TeamListDocument,
  type TeamListQuery,
  TeamsDocument,
  type TeamsQuery,
} from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { Problem } from './Problem.tsx';
import { useChange } from './useChange.ts';

type Team = TeamsQuery['teams'][number];
type Dialog = { kind: 'edit'; team: Team | null } | { kind: 'delete'; team: Team };

/** The most that the service returns. More are found with the filter. */
const MAX_SHOWN = 100;

/** The teams that reviews can require approvals of. */
export function TeamsPage(): ReactNode {
  const [filter, setFilter] = useState('');
  const { data, error, reload } = useQuery(TeamsDocument, { search: filter, first: MAX_SHOWN });
  const found = data?.teams ?? [];
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => {
    setDialog(null);
    reload();
  };
  return (
    <>
      <Problem text={error} />
      <div className="settings-tools">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter teams"
          maxLength={200}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <button
          type="button"
          className="button primary"
          onClick={() => setDialog({ kind: 'edit', team: null })}
        >
          Add a team…
        </button>
      </div>
      <p className="muted">Agents name a team to ask for approvals by its members.</p>
      <ul className="entries">
        {found.map((team) => (
          <li key={team.teamId} className="entry">
            <div className="entry-text">
              <p>
                <strong>
                  <VisibleText text={team.name} />
                </strong>{' '}
                <span className="muted">{team.teamId}</span>
              </p>
              <p className="muted">
                {count(team.memberCount, 'member')}
                {team.memberCount > 0 && ': '}
                <VisibleText text={team.members.map(({ actor }) => actor).join(', ')} />
                {team.memberCount > team.members.length && '…'}
                {team.idpGroup !== null && (
                  <>
                    {' · '}and the group <VisibleText text={team.idpGroup} />
                  </>
                )}
              </p>
            </div>
            <button
              type="button"
              className="button small"
              onClick={() => setDialog({ kind: 'edit', team })}
            >
              Edit…<span className="visually-hidden"> {team.teamId}</span>
            </button>
            <button
              type="button"
              className="button small danger"
              onClick={() => setDialog({ kind: 'delete', team })}
            >
              Delete…<span className="visually-hidden"> {team.teamId}</span>
            </button>
          </li>
        ))}
      </ul>
      {data && found.length === 0 && <p className="muted">No teams</p>}
      {found.length === MAX_SHOWN && (
        <p className="muted">
          Showing the first {count(MAX_SHOWN, 'team')}. Use the filter to find others.
        </p>
      )}
      {dialog?.kind === 'edit' && <TeamDialog team={dialog.team} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteDialog team={dialog.team} onClose={close} />}
    </>
  );
}

function TeamDialog({ team, onClose }: { team: Team | null; onClose(): void }): ReactNode {
  const { isDisabled, problem, change } = useChange();
  const id = team?.id ?? '';
  const { data, error } = useQuery(TeamListDocument, { id }, team !== null);
  const [teamId, setTeamId] = useState(team?.teamId ?? '');
  const [name, setName] = useState(team?.name ?? '');
  const [group, setGroup] = useState(team?.idpGroup ?? '');
  const [typed, setPeople] = useState<string | null>(team === null ? '' : null);
  const people = typed ?? listOf(data);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = {
      teamId: teamId.trim(),
      name: name.trim(),
      idpGroup: group.trim() || null,
      actors: (people ?? '').split('\n').flatMap((line) => line.trim() || []),
    };
    if (await change(SetTeamDocument, input, `Saved ${input.name}`)) onClose();
  };
  return (
    <Modal title={team ? `Edit ${team.name}` : 'Add a team'} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <Problem text={error ?? problem} />
        {!team && (
          <label>
            ID, which agents use: a-z, 0-9 and hyphens
            <input
              type="text"
              pattern="[a-z0-9\-]{1,64}"
              required
              value={teamId}
              onChange={({ target }) => setTeamId(target.value)}
            />
          </label>
        )}
        <label>
          Name
          <input
            type="text"
            required
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <label>
          Group of the identity provider (optional)
          <input type="text" value={group} onChange={({ target }) => setGroup(target.value)} />
        </label>
        <label>
          Members, one actor per line
          <textarea
            rows={6}
            disabled={people === null}
            value={people ?? ''}
            onChange={({ target }) => setPeople(target.value)}
          />
        </label>
        <div className="actions">
          <button type="submit" className="button primary" disabled={isDisabled || people === null}>
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

/** The actors of a team, one per line; null until they have been read. */
function listOf(data: TeamListQuery | undefined): string | null {
  const team = data?.node && 'members' in data.node ? data.node : null;
  return team ? team.members.map(({ actor }) => actor).join('\n') : null;
}

type InUse = { message: string; nodeExecIds: string[]; ruleIds: string[] };

function DeleteDialog({ team, onClose }: { team: Team; onClose(): void }): ReactNode {
  const { service } = usePage();
  const [problem, setProblem] = useState<string | null>(null);
  const [inUse, setInUse] = useState<InUse | null>(null);
  const remove = async () => {
    setProblem(null);
    setInUse(null);
    try {
      const input = { teamId: team.teamId };
      const { deleteTeam } = await service.request(DeleteTeamDocument, { input });
      if (deleteTeam.__typename === 'TeamInUseError') return setInUse(deleteTeam);
      if ('message' in deleteTeam) return setProblem(deleteTeam.message);
      announce(`Deleted ${team.name}`);
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <Modal title={`Delete ${team.name}?`} onClose={onClose}>
      <p>Its members stay. A team that a waiting review needs cannot be deleted.</p>
      <Problem text={problem} />
      {inUse && (
        <div className="banner bad" role="alert">
          <p>{inUse.message}</p>
          <ul>
            {inUse.nodeExecIds.map((nodeExecId) => (
              <li key={nodeExecId}>
                <a href={addressOf({ view: 'waiting', nodeExecId })}>
                  <VisibleText text={nodeExecId} />
                </a>
              </li>
            ))}
            {inUse.ruleIds.map((ruleId) => (
              <li key={ruleId}>
                Rule <VisibleText text={ruleId} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="actions">
        <button type="button" className="button danger solid" onClick={() => void remove()}>
          Delete
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
