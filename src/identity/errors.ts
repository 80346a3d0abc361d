/** There is no token, or it is not valid. */
export class UnauthenticatedError extends Error {}

/** The token is valid, but lacks a scope. */
export class ForbiddenError extends Error {}

/** The identity provider's keys cannot be fetched, so its tokens cannot be verified right now. */
export class IdentityProviderAwayError extends Error {}
