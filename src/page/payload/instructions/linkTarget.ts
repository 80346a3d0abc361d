/** Where a link leads, and how it is marked; undefined where it must lead nowhere. */
export type LinkTarget = { readonly href: string; readonly mark: string };

/**
 * The target of a link that an agent wrote. Only whole web and mail addresses lead anywhere: a script or
 * data address would run, and a relative one or a fragment would act on this page. The host is in the
 * form that the network sees, so that letters of other alphabets show as `xn--…`.
 */
export function linkTarget(address: string): LinkTarget | undefined {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'mailto:') {
    return url.pathname === '' ? undefined : { href: url.href, mark: url.pathname };
  }
  const user = url.username === '' && url.password === '' ? '' : 'with a user name, to ';
  return { href: url.href, mark: `${user}${url.host}` };
}
