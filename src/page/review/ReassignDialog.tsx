import { type ReactNode, useId, useState } from 'react';
import { changeReview } from '../data/changeReview.ts';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { useQuery } from '../data/useQuery.ts';
import {
  MemberNamesDocument,
  ReassignReviewDocument,
  TeamNamesDocument,
} from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { namesIn } from '../parts/names.ts';
import { requirementOf, type Wanted, WantedFields, wantedOf } from '../parts/WantedFields.tsx';
import { requiredCount } from './approvals.ts';

/** The service accepts at most these. */
const MAX_REQUIREMENTS = 5;
/** In characters. */
const MAX_SEARCH = 200;

/** Changes who has to approve a review, never to fewer approvals. */
export default function ReassignDialog({
  review,
  onClose,
}: {
  review: Detail;
  onClose(): void;
}): ReactNode {
  const page = usePage();
  const isAway = useIsAway();
  const { data: teams } = useQuery(TeamNamesDocument, {});
  const [typed, setTyped] = useState('');
  const { data: members } = useQuery(MemberNamesDocument, { search: typed });
  const [wanted, setWanted] = useState<Wanted[]>(() => wantedBy(review));
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const minimum = Math.max(1, requiredCount(review));
  const total = wanted.reduce((sum, one) => sum + one.count, 0);
  const hasNobody = wanted.some(({ who, people }) => who === '@' && namesIn(people).length === 0);
  const change = (key: number, part: Partial<Wanted>) =>
    setWanted(wanted.map((one) => (one.key === key ? { ...one, ...part } : one)));

  const send = async () => {
    setSending(true);
    setProblem(null);
    const approvalsRequired = wanted.map(requirementOf);
    const { nodeExecId } = review;
    const input = { nodeExecId, approvalsRequired, reason };
    const changed = await changeReview(page, ReassignReviewDocument, input);
    setSending(false);
    if (changed.review === null) return setProblem(changed.problem);
    announce('Reassigned. You no longer count on this review.');
    onClose();
  };
  return (
    <Modal title="Reassign this review" onClose={onClose} isWide>
      <p>
        Choose who has to approve it, at least {count(minimum, 'approval')} in all as before. You
        yourself do not count on it any more.
      </p>
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <datalist id={`${id}-people`}>
        {members?.members.map(({ actor, displayName }) => (
          <option key={actor} value={actor}>
            {displayName}
          </option>
        ))}
      </datalist>
      {wanted.map((one, at) => (
        <WantedFields
          key={one.key}
          wanted={one}
          number={at + 1}
          teams={teams?.teams ?? []}
          people={`${id}-people`}
          onChange={(part) => {
            change(one.key, part);
            if (part.people !== undefined) setTyped(part.people.slice(0, MAX_SEARCH));
          }}
          onRemove={
            wanted.length > 1
              ? () => setWanted(wanted.filter(({ key }) => key !== one.key))
              : undefined
          }
        />
      ))}
      {wanted.length < MAX_REQUIREMENTS && (
        <div className="actions">
          <button
            type="button"
            className="button small"
            onClick={() => {
              const key = Math.max(...wanted.map((one) => one.key)) + 1;
              setWanted([...wanted, { key, who: '*', people: '', count: 1 }]);
            }}
          >
            Add a requirement
          </button>
        </div>
      )}
      <label htmlFor={id}>Why? Saved in the history.</label>
      <textarea
        id={id}
        rows={2}
        maxLength={2_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={isSending || isAway || total < minimum || hasNobody || reason.trim() === ''}
          onClick={() => void send()}
        >
          Reassign
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {total < minimum && (
          <p className="problem" role="alert">
            {count(total, 'approval')} in all, but at least {minimum} are required
          </p>
        )}
      </div>
    </Modal>
  );
}

function wantedBy({ approvalsRequired }: Detail): Wanted[] {
  if (approvalsRequired.length === 0) return [{ key: 0, who: '*', people: '', count: 1 }];
  return approvalsRequired.map(({ team, ...requirement }, key) =>
    wantedOf({ ...requirement, teamId: team?.teamId ?? null }, key),
  );
}
