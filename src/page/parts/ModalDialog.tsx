import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useRef } from 'react';

export type ModalProps = {
  title: ReactNode;
  children: ReactNode;
  onClose(): void;
  /** Gets the focus. By default the dialog itself does, so that a held key presses no button. */
  firstFocus?: RefObject<HTMLElement | null>;
  isWide?: boolean;
  /** Whether Escape does not close it. */
  isRequired?: boolean;
};

/** A dialog over the page, loaded by `Modal`. */
export default function ModalDialog(props: ModalProps): ReactNode {
  const { title, children, onClose, firstFocus, isWide, isRequired } = props;
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root
      open
      disablePointerDismissal
      onOpenChange={(isOpen) => {
        if (!isOpen && !isRequired) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          className={isWide ? 'modal wide' : 'modal'}
          ref={popup}
          initialFocus={firstFocus ?? popup}
        >
          <Dialog.Title className="modal-title">{title}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
