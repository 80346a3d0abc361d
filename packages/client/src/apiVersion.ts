/**
 * The version of the GraphQL API, "major.minor", of the service and the client. The major changes
 * when older clients no longer work, the minor when something is added.
 */
export const apiVersion = '2.0';
