import type { ReactNode } from 'react';
import { addressOf, navigate } from '../data/route.ts';
import { onPlainClick } from './shortcuts.tsx';

const reviews = { view: 'waiting', nodeExecId: null } as const;

/** Leads from a page of its own back to the list. */
export const BackToReviews = (): ReactNode => (
  <a href={addressOf(reviews)} onClick={onPlainClick(() => navigate(reviews))}>
    ← Reviews
  </a>
);
