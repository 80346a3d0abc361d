/** No token, or one that does not let its bearer in. */
export class UnauthenticatedError extends Error {}
