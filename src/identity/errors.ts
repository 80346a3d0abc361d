/** No token, or one that does not let its bearer in. */
export class UnauthenticatedError extends Error {}

/** The identity provider's keys cannot be read at the moment, so its tokens are neither good nor bad. */
export class IdentityProviderAwayError extends Error {}

/** A token that is known, and may not do this. */
export class ForbiddenError extends Error {}
