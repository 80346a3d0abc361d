import { jsonTextOf } from '@holdpoint/client/json';
import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../data/useQuery.ts';
import { PeopleChangesDocument, type PeopleChangesQuery } from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';
import { Problem } from './Problem.tsx';

/** More of a detail, such as the list of a large team, is shown on request. */
const MAX_DETAIL_CHARACTERS = 2_000;

type Change = PeopleChangesQuery['peopleChanges'][number];

const texts: Record<string, string> = {
  setMember: 'changed the member',
  linkIdentity: 'linked an identity to',
  unlinkMember: 'unlinked the identity of',
  setTeam: 'changed the team',
  deleteTeam: 'deleted the team',
  createDelegation: 'created the delegation',
  revokeDelegation: 'ended the delegation',
  createApiToken: 'created the token',
  revokeApiToken: 'revoked the token',
};

/** Every change of members, teams, delegations and tokens, newest first. */
export function ChangesPage(): ReactNode {
  const [before, setBefore] = useState<string | null>(null);
  const [earlier, setEarlier] = useState<readonly Change[]>([]);
  const { data, error } = useQuery(PeopleChangesDocument, { before });
  const [shown, setShown] = useState<readonly Change[]>([]);
  const page = data?.peopleChanges;
  useEffect(() => {
    if (page) setShown([...earlier, ...page]);
  }, [page, earlier]);
  return (
    <>
      <Problem text={error} />
      <ol className="entries">
        {shown.map(({ cursor, at, actor, change, subject, detail }) => (
          <li key={cursor} className="entry">
            <div className="entry-text">
              <p>
                <strong>
                  <VisibleText text={actor} />
                </strong>{' '}
                {texts[change] ?? change}{' '}
                <strong>
                  <VisibleText text={subject} />
                </strong>
              </p>
              <ChangeDetail text={jsonTextOf(detail).text} />
            </div>
            <time className="muted" dateTime={at}>
              {new Date(at).toLocaleString()}
            </time>
          </li>
        ))}
      </ol>
      {page?.length === 0 && shown.length === 0 && <p className="muted">No changes yet</p>}
      {page && page.length > 0 && (
        <button
          type="button"
          className="button"
          onClick={() => {
            setEarlier(shown);
            setBefore(shown.at(-1)?.cursor ?? null);
          }}
        >
          Show more
        </button>
      )}
    </>
  );
}

function ChangeDetail({ text }: { text: string }): ReactNode {
  const [isWhole, setWhole] = useState(text.length <= MAX_DETAIL_CHARACTERS);
  return (
    <>
      <p className="muted change-detail">
        <VisibleText text={isWhole ? text : `${text.slice(0, MAX_DETAIL_CHARACTERS)}…`} />
      </p>
      {!isWhole && (
        <button type="button" className="button small" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  );
}
