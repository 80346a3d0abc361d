import { type ReactNode, Suspense } from 'react';
import { later } from './later.ts';
import type { ModalProps } from './ModalDialog.tsx';

/** No dialog is needed to show the first review. */
const ModalDialog = later(() => import('./ModalDialog.tsx'));

/** A dialog over the page. When it closes, the focus returns to where it was. */
export function Modal(props: ModalProps): ReactNode {
  return (
    <Suspense>
      <ModalDialog {...props} />
    </Suspense>
  );
}
