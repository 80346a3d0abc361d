import type { ReactNode } from 'react';
import { VisibleText } from './Text.tsx';

type Props = { readonly href: string; readonly children: ReactNode };

/** A link written by an agent. It shows its host and opens in a new tab. */
export function SafeLink({ href, children }: Props): ReactNode {
  const target = linkTarget(href);
  if (target === undefined) {
    return (
      <span className="inert-link" title="Not a web or mail address, so not a link">
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

/**
 * The target of a link and the host to show beside it, or undefined if the address must not become
 * a link. Only absolute web and mail addresses do: a script or data address would run, and a
 * relative one or a fragment would act on this page. The host is in ASCII form, so that letters of
 * other alphabets show as `xn--…`.
 */
function linkTarget(address: string): { href: string; mark: string } | undefined {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'mailto:') {
    return url.pathname === '' ? undefined : { href: url.href, mark: url.pathname };
  }
  const user = url.username === '' && url.password === '' ? '' : 'with a username, to ';
  return { href: url.href, mark: `${user}${url.host}` };
}
