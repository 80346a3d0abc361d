import { Fragment, type ReactNode } from 'react';
import { Modal } from '../parts/Modal.tsx';

const shortcuts: [key: string, text: string][] = [
  ['J ↓', 'Next review'],
  ['K ↑', 'Previous review'],
  ['Shift ↓ ↑', 'Select reviews while moving, as with Shift and a click'],
  ['A', 'Approve the open review, or answer its question'],
  ['1–9', 'Choose an answer (Enter to send)'],
  ['N', 'Approve it with a note'],
  ['R', 'Reject it with a reason (Ctrl+Enter to send)'],
  ['Q', 'Request changes from the agent'],
  ['E', 'Edit it and review the changes before approving'],
  ['Shift A', 'Approve it and future requests for its step, within limits'],
  ['U', 'Undo the last approval, for 8 seconds'],
  ['M', 'Write a comment'],
  ['C', 'Claim it, so that others see you are looking at it, or release it'],
  ['X', 'Select it to decide several reviews together'],
  ['T', 'Show the payload as a tree, or back'],
  ['W', 'Show the payload as raw JSON, or back'],
  ['/', 'Filter the list, or search'],
  ['Esc', 'Close (draft kept), or clear the selection'],
  ['?', 'Show keyboard shortcuts'],
];

export default function HelpDialog({ onClose }: { onClose(): void }): ReactNode {
  return (
    <Modal title="Keyboard shortcuts" onClose={onClose}>
      <dl className="keys-list">
        {shortcuts.map(([key, text]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <p className="muted">
        Shortcuts are off while you type, and holding a key decides nothing. A review can only be
        decided after it has been on the screen for a moment.
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Modal>
  );
}
