import { Fragment, type ReactNode } from 'react';
import { Modal } from '../parts/Modal.tsx';

const keys: [string, string][] = [
  ['j', 'the next review'],
  ['k', 'the one before'],
  ['a', 'approve the review that is shown, at once'],
  ['r', 'reject it: a reason, then Ctrl+Enter'],
  ['e', 'edit it, see the difference, then approve'],
  ['A', 'approve it and all future ones of its node; it asks first'],
  ['x', 'select it, to decide several together'],
  ['/', 'filter the list'],
  ['Escape', 'close what is open; what you typed stays'],
  ['?', 'these keys'],
];

export const HelpDialog = ({ onClose }: { onClose(): void }): ReactNode => (
  <Modal title="Keys" onClose={onClose}>
    <dl className="keys-list">
      {keys.map(([key, text]) => (
        <Fragment key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{text}</dd>
        </Fragment>
      ))}
    </dl>
    <p className="muted">
      No key works while you type, and none decides while it is held. A key decides only what has
      been on the screen for a moment.
    </p>
    <div className="actions">
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </div>
  </Modal>
);
