/**
 * The version of the GraphQL API, "major.minor", that the service speaks and the client was made
 * for. The major changes when a client made for the one before no longer works, the minor when
 * something is added.
 */
export const apiVersion = '2.0';
