import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useInWorker } from '../../worker/inWorker.ts';
import { CodeText } from '../CodeText.tsx';
import { FoldView, useFold, useMisleads } from '../folds.tsx';
import { isHinted, type View } from './view.ts';

const htmlKeys = /^(?:html|html_?body|body_?html)$/i;
const htmlStart =
  /^\s*(?:<!doctype html|<(?:html|head|body|div|p|table|h[1-6]|center|span|style)\b[^<>]*>)/i;

/** HTML as it would look without styles, in a frame that loads nothing and runs nothing. */
export const html: View = {
  name: 'html',
  title: 'HTML',
  find(node, place) {
    if (node.kind !== 'string') return undefined;
    const { value } = node;
    const isLikely = htmlKeys.test(String(place.key)) || isHinted(place, 'html', 'email');
    const isHtml = htmlStart.test(value.slice(0, 1_000)) || (isLikely && /<\/?[a-z]/i.test(value));
    return isHtml ? { show: <HtmlView html={value} /> } : undefined;
  },
};

/** HTML in its frame, with a button that shows the source. */
export function HtmlView({ html }: { html: string }): ReactNode {
  const [isSource, setSource] = useState(false);
  const safe = useInWorker('safeHtml', html);
  const canBeShown = safe != null;
  const isFolded = canBeShown && !isSource;
  const hides = useFold(html, useMisleads(isFolded, html, {}));
  const source = (
    <FoldView>
      <CodeText code={html} label="HTML source" language="html" />
    </FoldView>
  );
  if (safe === null) {
    return (
      <>
        <p className="muted">Shown as source, because it is too large or complex.</p>
        {source}
      </>
    );
  }
  if (!canBeShown) return source;
  return (
    <>
      <HtmlFrame html={safe} />
      <p className="muted">
        Shown without styles, images and working links. Notes in [brackets] say what else is left
        out.
        {roomFor(safe) > FRAME_REM && ' Scroll in the frame to see all of it.'}{' '}
        <button
          type="button"
          className="quiet-button"
          {...hides}
          aria-expanded={isSource}
          onClick={() => setSource(!isSource)}
        >
          HTML source
        </button>
      </p>
      {isSource && source}
    </>
  );
}

/** Allows nothing at all. What the page's own policy forbids is forbidden in the frame too. */
const frameHead =
  '<!doctype html><meta charset="utf-8">' +
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">` +
  '<meta name="color-scheme" content="light">';

/** A part of the Trusted Types API, which TypeScript does not know. Older browsers have none. */
const { trustedTypes } = globalThis as {
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createHTML(html: string): string },
    ): { createHTML(html: string): string };
  };
};

/** Its HTML goes nowhere but into the frame. */
const policy = trustedTypes?.createPolicy('holdpoint-frame', {
  createHTML: (html) => frameHead + html,
});

/** As in payload-views.css. */
const FRAME_REM = 22;

/**
 * How high a frame for short HTML needs to be at most, in rem, on a narrow screen. The frame cannot
 * be asked, as nothing runs in it.
 */
function roomFor(html: string): number {
  const lines = html.split(/<(?:p|div|br|tr|li|h[1-6]|hr|table|ul|ol|blockquote|pre)\b/).length;
  return 4 + 2.5 * lines + html.length / 30;
}

function HtmlFrame({ html }: { html: string }): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  useLayoutEffect(() => {
    if (frame.current) frame.current.srcdoc = policy?.createHTML(html) ?? frameHead + html;
  }, [html]);
  return (
    <iframe
      ref={frame}
      className="html-frame"
      sandbox=""
      title="HTML"
      referrerPolicy="no-referrer"
      style={{ maxHeight: `${roomFor(html)}rem` }}
    />
  );
}
