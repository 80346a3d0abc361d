import { lazy, type ReactNode, Suspense } from 'react';
import type { EditorProps } from './Editor.tsx';

const Loaded = lazy(() => import('./Editor.tsx'));

/** The editor, which is loaded when somebody edits. */
export function Editor(props: EditorProps): ReactNode {
  return (
    <Suspense fallback={<p className="muted">The editor loads…</p>}>
      <Loaded {...props} />
    </Suspense>
  );
}
