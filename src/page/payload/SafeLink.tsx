import type { ReactNode } from 'react';
import { LongText, VisibleText } from './Text.tsx';

type Props = { readonly href: string; readonly children: ReactNode };

/**
 * A link written by an agent. It opens in a new tab, and shows its host, and its address if that
 * says more.
 */
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
  const saysMore = !target.isOnlyMark && href !== children;
  return (
    <>
      <a
        href={target.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="safe-link"
      >
        {typeof children === 'string' ? <VisibleText text={children} /> : children}
        <span className="link-mark">
          {' '}
          (<VisibleText text={target.mark} /> <span aria-hidden="true">↗</span>
          <span className="visually-hidden">, opens in a new tab</span>)
        </span>
      </a>
      {saysMore && (
        <span className="link-mark">
          {' '}
          {/* Beside the link, as a long address has a button that shows all of it. */}
          <LongText text={target.href} maxCharacters={MAX_ADDRESS} what="address" />
        </span>
      )}
    </>
  );
}

/** Longer addresses are folded. */
const MAX_ADDRESS = 150;

type LinkTarget =
  | {
      readonly href: string;
      /** The host, or who gets a mail. */
      readonly mark: string;
      /** Whether the address says nothing else. */
      readonly isOnlyMark: boolean;
    }
  | { readonly reason: string };

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
  const { href } = url;
  if (url.protocol === 'mailto:') {
    if (url.pathname === '') return notAnAddress;
    return { href, mark: url.pathname, isOnlyMark: href === `mailto:${url.pathname}` };
  }
  const signsIn = new URLSearchParams(url.hash.slice(1)).has('token');
  if (url.origin === location.origin || signsIn) return ownAddress;
  const user = url.username === '' && url.password === '' ? '' : 'with a username, to ';
  return { href, mark: `${user}${url.host}`, isOnlyMark: href === `https://${url.host}/` };
}
