import { isSameJson } from '@holdpoint/client/json';
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { Detail } from '../data/details.ts';
import type { Draft } from '../data/drafts.ts';
import { isComposing, Key } from '../parts/shortcuts.tsx';
import { Diff } from '../payload/Diff.tsx';
import {
  Folds,
  FoldsOf,
  FoldView,
  focusFold,
  unopenedReason,
  useHasUnopened,
} from '../payload/folds.tsx';
import { standingCount } from '../review/approvals.ts';

const Editor = lazy(() => import('../payload/Editor.tsx'));

type Props = {
  review: Detail;
  draft: Draft;
  /** Why nothing can be decided at the moment, or null. */
  obstacle: string | null;
  isSending: boolean;
  onChange(change: Partial<Draft>): void;
  onApprove(text: string): void;
  onClose(): void;
};

/** An edit in two steps: the editor, then the changes and the approval. */
export function EditPanel(props: Props): ReactNode {
  const { review, draft, obstacle, isSending, onChange, onApprove, onClose } = props;
  const earlier = standingCount(review);
  const isDisabled = obstacle !== null || isSending;
  const [original] = useState(review.payload);
  const [initialDraft] = useState(draft.edit);
  /** The edited payload, or null while it is invalid. */
  const [text, setText] = useState<string | null>(null);
  const isUnchanged = useRef(true);
  const [isChecking, setChecking] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const [folds] = useState(() => new Folds());
  const hasUnopened = useHasUnopened(folds);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the step
  useEffect(() => panel.current?.focus(), [isChecking]);
  // A fold that is opened by a key disappears with its focus. Then the keys belong to the panel.
  useEffect(
    () =>
      folds.subscribe(() => {
        if (document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
      }),
    [folds],
  );
  const isSame = text !== null && isSameJson(text, review.payload);

  const back = () => (isChecking ? setChecking(false) : onClose());
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      back();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      if (text === null || isSame) return;
      if (!isChecking) setChecking(true);
      else if (hasUnopened) focusFold(panel.current);
      else if (!isDisabled) onApprove(text);
    }
  };
  return (
    <section
      className="decision-bar panel tall"
      aria-label={isChecking ? 'Review your changes' : 'Edit'}
      ref={panel}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {earlier > 0 && (
        <p className="obstacle">
          An edit ends the earlier {earlier === 1 ? 'approval' : `${earlier} approvals`}: others
          approve the edited version again.
        </p>
      )}
      <div className="panel-scroll" hidden={isChecking}>
        <Suspense fallback={<p className="muted">Loading the editor…</p>}>
          <Editor
            text={original}
            draft={initialDraft}
            editable={review.editable}
            approvalType={review.approvalType}
            onChange={(edited) => {
              isUnchanged.current = edited !== null && isSameJson(edited, original);
              setText(edited);
            }}
            onDraft={(typed) => onChange({ edit: isUnchanged.current ? null : typed })}
          />
        </Suspense>
      </div>
      {isChecking && text !== null && (
        <div className="panel-scroll">
          <FoldsOf folds={folds}>
            <FoldView key={text}>
              <Diff before={review.payload} after={text} />
            </FoldView>
          </FoldsOf>
          <label htmlFor={id}>Note to the agent (optional)</label>
          <textarea
            id={id}
            rows={2}
            value={draft.message}
            onChange={(event) => onChange({ message: event.target.value })}
          />
        </div>
      )}
      <div className="actions">
        {isChecking ? (
          <button
            type="button"
            className="button primary"
            disabled={isDisabled || text === null || hasUnopened}
            onClick={() => text !== null && onApprove(text)}
          >
            Approve with this edit <Key>Ctrl Enter</Key>
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={text === null || isSame}
            onClick={() => setChecking(true)}
          >
            Review changes <Key>Ctrl Enter</Key>
          </button>
        )}
        <button type="button" className="button" onClick={back}>
          {isChecking ? 'Keep editing' : 'Close'} <Key>Esc</Key>
        </button>
        {isChecking && (obstacle !== null || hasUnopened) && (
          <p className="obstacle">{obstacle ?? unopenedReason}</p>
        )}
        {!isChecking && (
          <span className="muted">
            {text === null ? 'Invalid JSON' : isSame ? 'No changes yet' : ''}
          </span>
        )}
      </div>
    </section>
  );
}
