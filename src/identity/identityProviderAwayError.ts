/** The identity provider's keys cannot be read at the moment, so its tokens are neither good nor bad. */
export class IdentityProviderAwayError extends Error {}
