import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../data/useQuery.ts';
import {
  PolicyBeforeDocument,
  PolicyHistoryDocument,
  type PolicyHistoryQuery,
} from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';
import { Difference } from './Difference.tsx';
import {
  differenceOf,
  modeNames,
  type PolicyVersion,
  type RuleInput,
  savedInputs,
} from './draft.ts';
import { RuleView } from './RuleView.tsx';

const PAGE_SIZE = 20;

type Entry = PolicyHistoryQuery['policyHistory'][number];

type Props = {
  newest: PolicyVersion;
  /** The rules that versions are compared with. */
  rules: readonly RuleInput[];
  /** Absent: the viewer may not change the policy. */
  onGoBack?: ((version: PolicyVersion) => void) | undefined;
};

/** All versions of the policy, newest first. */
export function VersionsPart({ newest, rules, onGoBack }: Props): ReactNode {
  const [beforeVersion, setBefore] = useState(newest.version + 1);
  const [earlier, setEarlier] = useState<readonly Entry[]>([]);
  const { data, error } = useQuery(PolicyHistoryDocument, { beforeVersion });
  useEffect(() => {
    setEarlier([]);
    setBefore(newest.version + 1);
  }, [newest.version]);
  const page = data?.policyHistory ?? [];
  const shown = [...earlier, ...page.filter(({ version }) => version < beforeVersion)];
  return (
    <>
      {error && <p className="problem">The history could not be loaded: {error}</p>}
      <ol className="entries versions">
        {shown.map((entry) => (
          <VersionEntry
            key={entry.version}
            entry={entry}
            isNewest={entry.version === newest.version}
            rules={rules}
            onGoBack={onGoBack}
          />
        ))}
      </ol>
      {page.length === PAGE_SIZE && (
        <button
          type="button"
          className="button small"
          onClick={() => {
            setEarlier(shown);
            setBefore(shown.at(-1)?.version ?? 1);
          }}
        >
          Show more
        </button>
      )}
    </>
  );
}

type EntryProps = Omit<Props, 'newest'> & { entry: Entry; isNewest: boolean };

function VersionEntry({ entry, isNewest, rules, onGoBack }: EntryProps): ReactNode {
  const { version, mode, note, createdBy, createdAt } = entry;
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(PolicyBeforeDocument, { beforeVersion: version + 1 }, isOpen);
  const loaded = data?.policyHistory[0];
  const saved = loaded ? savedInputs(loaded) : null;
  return (
    <li className="entry">
      <div className="entry-text">
        <p>
          <strong>Version {version}</strong> <span className="tag">{modeNames[mode]}</span>
          {isNewest && <span className="tag good">newest</span>}
        </p>
        <p className="muted">
          by <VisibleText text={createdBy} />, {new Date(createdAt).toLocaleString()}
        </p>
        {note !== null && (
          <p className="version-note">
            <VisibleText text={note} lines />
          </p>
        )}
      </div>
      <button
        type="button"
        className="button small"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? 'Hide' : 'Show'}
        <span className="visually-hidden"> version {version}</span>
      </button>
      {isOpen && saved && loaded && (
        <div className="version-rules">
          {!isNewest && (
            <>
              <Difference changes={differenceOf(rules, saved)} />
              {onGoBack && (
                <button type="button" className="button small" onClick={() => onGoBack(loaded)}>
                  Go back to this version…
                </button>
              )}
            </>
          )}
          {isNewest && saved.map((rule) => <RuleView key={rule.ruleId} rule={rule} />)}
          {saved.length === 0 && <p className="muted">No rules</p>}
        </div>
      )}
    </li>
  );
}
