// What passes through the proxy unchanged. Everything else is refused, so that a method of a later
// version of MCP cannot run a tool without an approval.

/** Requests of the client that run no tool. */
export const passingRequests: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'completion/complete',
  'logging/setLevel',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'tools/list',
]);

/** Notifications of the client. */
export const passingNotifications: ReadonlySet<string> = new Set([
  'notifications/cancelled',
  'notifications/initialized',
  'notifications/progress',
  'notifications/roots/list_changed',
]);
