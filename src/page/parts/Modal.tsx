import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useRef } from 'react';

type Props = {
  title: ReactNode;
  children: ReactNode;
  onClose(): void;
  /** Gets the focus first; else the dialog itself does, so that no key that is held presses a button. */
  firstFocus?: RefObject<HTMLElement | null>;
  isWide?: boolean;
  /** Whether it stays until something is chosen in it. */
  isFirm?: boolean;
};

/** A dialog over the page; Escape closes it, and the focus goes back to where it was. */
export function Modal({ title, children, onClose, firstFocus, isWide, isFirm }: Props): ReactNode {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root
      open
      disablePointerDismissal
      onOpenChange={(isOpen) => {
        if (!isOpen && !isFirm) onClose();
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
