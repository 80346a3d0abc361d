const url = document.querySelector<HTMLMetaElement>('meta[name="holdpoint-sign-in"]')?.content;

/** Whether people can sign in at an identity provider. */
export const canSignIn = url !== undefined;

/** Where to sign in in order to come back to what this tab shows now. */
export function signInUrl(): string {
  const { pathname, search } = location;
  return `${url}?${new URLSearchParams({ to: pathname + search })}`;
}

/**
 * Ends the session of this browser.
 * @returns where to sign out at the identity provider too, if there is such an address
 * @throws Error if the service does not answer
 */
export async function endSession(): Promise<string | null> {
  const response = await fetch(new URL('auth/sign-out', document.baseURI), { method: 'POST' });
  if (!response.ok) throw new Error(`Signing out failed with HTTP ${response.status}`);
  const { identityProviderUrl } = (await response.json()) as { identityProviderUrl: string | null };
  return identityProviderUrl;
}
