import { lazy, type ReactNode, StrictMode, Suspense, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { AttachmentsContext } from '../../../../src/page/payload/attachments.ts';
import { Diff } from '../../../../src/page/payload/Diff.tsx';
import { Instructions } from '../../../../src/page/payload/Instructions.tsx';
import { Outcome } from '../../../../src/page/payload/Outcome.tsx';
import { Payload } from '../../../../src/page/payload/Payload.tsx';
import '../../../../src/page/styles/index.css';
import './harness.css';
import type { Said, Scene } from './scene.ts';

const Editor = lazy(() => import('../../../../src/page/payload/Editor.tsx'));

declare global {
  interface Window {
    show(scene: Scene): void;
    said: Said | undefined;
    draft: string | undefined;
  }
}

let root: Root | undefined;

window.show = (scene) => {
  root?.unmount();
  window.said = undefined;
  root = createRoot(document.getElementById('root') as HTMLElement);
  root.render(<StrictMode>{contentOf(scene)}</StrictMode>);
};

function contentOf(scene: Scene): ReactNode {
  switch (scene.show) {
    case 'instructions':
      return <Instructions text={scene.text} />;
    case 'payload':
      return (
        <AttachmentsContext value={{ files: scene.files ?? [], load: loadFile }}>
          <Payload text={scene.text} tags={scene.tags} />
        </AttachmentsContext>
      );
    case 'diff':
      return <Diff before={scene.before} after={scene.after} />;
    case 'editor':
      return <EditScene {...scene} />;
    case 'outcome':
      return <Outcome review={scene.review} />;
  }
}

const loadFile = (path: string): Promise<Blob> => Promise.resolve(new Blob([path]));

/** An editor with the changes below it, as on the page. */
function EditScene(scene: Extract<Scene, { show: 'editor' }>): ReactNode {
  const [edit, setEdit] = useState<string | null>(null);
  return (
    <Suspense>
      <Editor
        text={scene.text}
        editable={scene.editable}
        draft={scene.draft}
        approvalType={scene.approvalType ?? null}
        onDraft={(draft) => {
          window.draft = draft;
        }}
        onChange={(text, problems) => {
          window.said = { text, problems };
          setEdit(text);
        }}
      />
      {edit !== null && <Diff before={scene.text} after={edit} />}
    </Suspense>
  );
}
