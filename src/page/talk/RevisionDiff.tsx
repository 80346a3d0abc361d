import { jsonTextOf } from '@holdpoint/client/json';
import type { ReactNode } from 'react';
import { useQuery } from '../data/useQuery.ts';
import { RevisionPayloadsDocument } from '../generated/graphql.ts';
import { Diff } from '../payload/Diff.tsx';

type Props = { nodeExecId: string; from: number; to: number };

/** The difference between the payloads of two revisions. */
export default function RevisionDiff({ nodeExecId, from, to }: Props): ReactNode {
  const { data, error } = useQuery(RevisionPayloadsDocument, { nodeExecId });
  if (error !== undefined) {
    return (
      <p className="problem" role="alert">
        The revisions could not be loaded: {error}
      </p>
    );
  }
  if (data === undefined) return <p className="muted">Loading the difference…</p>;
  const textOf = (wanted: number): string | null => {
    const found = data.reviews[0]?.revisions.find(({ revision }) => revision === wanted);
    return found === undefined ? null : jsonTextOf(found.payload).text;
  };
  const [before, after] = [textOf(from), textOf(to)];
  if (before === null || after === null) {
    return <p className="muted">These revisions no longer exist.</p>;
  }
  return <Diff before={before} after={after} names={[`Revision ${from}`, `Revision ${to}`]} />;
}
