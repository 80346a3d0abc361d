import { type ReactNode, useEffect } from 'react';
import type { Detail } from '../data/details.ts';
import { useQuery } from '../data/useQuery.ts';
import { TeamPeopleDocument } from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';

/** More names are counted. */
const MAX_NAMES = 12;

type Requirement = Detail['approvalsRequired'][number];
type Props = { requirement: Requirement; review: Detail };

/**
 * Who could still approve for a requirement, and a warning if too few people could. It only lists
 * people: whether somebody may decide is up to the service.
 */
export function WhoCould({ requirement, review }: Props): ReactNode {
  const { team, actors, count, given } = requirement;
  const id = team?.id ?? '';
  const { data, reload } = useQuery(TeamPeopleDocument, { id }, id !== '');
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for every new version
  useEffect(reload, [review.updatedAt, reload]);
  const found = data?.node && 'members' in data.node ? data.node : null;
  const isWhole = !found || found.memberCount === found.members.length;
  const members = found?.members.filter(
    ({ kind, disabledAt }) => kind === 'PERSON' && disabledAt === null,
  );
  const people = members ?? actors?.map((actor) => ({ actor, displayName: null }));
  if (!people) return null;
  const taken = takenNames(review);
  const names = people.flatMap(({ actor, displayName }) =>
    taken.has(actor) ? [] : (displayName ?? actor),
  );
  const group = found?.idpGroup ?? null;
  const isHopeless =
    isWhole && group === null && review.escalatedAt === null && names.length < count - given;
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return (
    <>
      {(names.length > 0 || group !== null) && (
        <span className="could">
          Could approve: <VisibleText text={names.slice(0, MAX_NAMES).join(', ')} />
          {isWhole ? more : ' and others'}
          {group !== null && (
            <>
              {names.length > 0 && ', and '}whoever has the group <VisibleText text={group} />
            </>
          )}
        </span>
      )}
      {isHopeless && (
        <span className="could problem">
          Too few people can approve. Reassign the review, or it waits until it expires.
        </span>
      )}
    </>
  );
}

/** Who cannot approve any more: the requester, consumers, and whoever has already approved. */
function takenNames({ requestedBy, consumers, votes }: Detail): Set<string> {
  const voted = votes.filter(({ endedBy }) => endedBy === null);
  return new Set([
    requestedBy,
    ...consumers,
    ...voted.flatMap(({ actor, onBehalfOf }) => [actor, onBehalfOf ?? actor]),
  ]);
}
