import { piecesOf } from '../text/oddCharacters.ts';

/** What is used of a node of hast, the tree that Markdown becomes. */
type HastNode = {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
};

/** A rehype plugin: characters that do not show become visible, as VisibleText has it. */
export function visibleCharacters(): (root: HastNode) => void {
  return makeVisible;
}

function makeVisible(parent: HastNode): void {
  if (parent.children === undefined) return;
  parent.children = parent.children.flatMap((child) => {
    // HTML is shown as it is written: it becomes text, never elements.
    if (child.type === 'text' || child.type === 'raw') return visibleNodes(child.value ?? '');
    makeVisible(child);
    return child;
  });
}

function visibleNodes(text: string): HastNode[] {
  return piecesOf(text, true).map((piece) => {
    if (piece.kind === 'plain') return { type: 'text', value: piece.text };
    if (piece.kind === 'lookalike') return marked('odd-lookalike', piece.name, piece.text);
    const times = piece.count > 1 ? ` ×${piece.count}` : '';
    return marked('odd-character', piece.name, `${piece.escape}${times}`);
  });
}

function marked(className: string, title: string, text: string): HastNode {
  return {
    type: 'element',
    tagName: 'span',
    properties: { className: [className], title },
    children: [{ type: 'text', value: text }],
  };
}
