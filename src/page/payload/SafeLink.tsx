import type { ReactNode } from 'react';
import { VisibleText } from './Text.tsx';

type Props = { readonly href: string; readonly children: ReactNode };

/** A link written by an agent. It shows its host and opens in a new tab. */
export function SafeLink({ href, children }: Props): ReactNode {
  const target = linkTarget(href);
  if ('reason' in target) {
    return (
      <span className="inert-link" title={target.reason}>
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

type LinkTarget = { href: string; mark: string } | { reason: string };

const notAnAddress = { reason: 'Not a web or mail address, so not a link' };
const ownAddress = { reason: "An address of Holdpoint's own page, so not a link" };

/**
 * The target of a link and the host to show beside it, or why the address must not become a link.
 * Only absolute web and mail addresses do: a script or data address would run, and a relative one
 * or a fragment would act on this page. Neither may a link lead to this page, or sign in to it under
 * another of its host names. The host is in ASCII form, so that letters of other alphabets show as
 * `xn--…`.
 */
function linkTarget(address: string): LinkTarget {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return notAnAddress;
  const url = new URL(address);
  if (url.protocol === 'mailto:') {
    return url.pathname === '' ? notAnAddress : { href: url.href, mark: url.pathname };
  }
  const signsIn = new URLSearchParams(url.hash.slice(1)).has('token');
  if (url.origin === location.origin || signsIn) return ownAddress;
  const user = url.username === '' && url.password === '' ? '' : 'with a username, to ';
  return { href: url.href, mark: `${user}${url.host}` };
}
