import type { ReactNode } from 'react';
import { VisibleText } from '../text/VisibleText.tsx';
import { linkTarget } from './linkTarget.ts';

type Props = { readonly href: string; readonly children: ReactNode };

/** A link that an agent wrote: it says which host it leads to, and opens apart from this page. */
export function SafeLink({ href, children }: Props): ReactNode {
  const target = linkTarget(href);
  if (target === undefined) {
    return (
      <span className="inert-link" title="Not a web or mail address: it leads nowhere">
        {children}
        {href !== children && (
          <span className="link-mark">
            {' '}
            (<VisibleText text={href} />)
          </span>
        )}
      </span>
    );
  }
  return (
    <a href={target.href} target="_blank" rel="noopener noreferrer nofollow" className="safe-link">
      {typeof children === 'string' ? <VisibleText text={children} /> : children}
      <span className="link-mark">
        {' '}
        (<VisibleText text={target.mark} /> <span aria-hidden="true">↗</span>
        <span className="visually-hidden">, opens in a new tab</span>)
      </span>
    </a>
  );
}
