import { type ReactNode, useEffect, useRef } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { withNodeAt } from './changeTree.ts';
import { Fields } from './Fields.tsx';

type Props = {
  readonly root: JsonNode;
  readonly approvalType: string | null;
  readonly onChange: (root: JsonNode) => void;
};

/** A whole payload as fields. */
export function FieldsEditor({ root, approvalType, onChange }: Props): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const shown = useRef(root);
  // A field that was replaced or removed takes the focus with it: it stays among the fields.
  useEffect(() => {
    if (shown.current === root) return;
    shown.current = root;
    if (document.activeElement === document.body) container.current?.focus();
  }, [root]);
  return (
    <div ref={container} tabIndex={-1} className="editor-fields">
      <Fields
        node={root}
        path={[]}
        approvalType={approvalType}
        onChange={(path, node) => onChange(withNodeAt(root, path, node))}
      />
      <p className="field-note">To add, rename or remove keys, switch to JSON: nothing is lost.</p>
    </div>
  );
}
