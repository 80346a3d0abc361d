/** What a token may do. `review:request` and `review:decide` include `review:read`; `webhook:manage` includes nothing else. */
export const scopes = ['review:read', 'review:request', 'review:decide', 'webhook:manage'] as const;
export type Scope = (typeof scopes)[number];

/** Who is asking, as the token says. Everything that is looked up is looked up inside `userId`. */
export type Viewer = {
  /** The owner whose reviews this token may see. */
  readonly userId: string;
  /** Who acts: an agent's or a person's name. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** When the token ends; null for an API token without an end. */
  readonly expiresAt: Date | null;
  /** The API token's id; null for a JWT. */
  readonly tokenId: string | null;
};

export const may = (viewer: Viewer, scope: Scope): boolean =>
  viewer.scopes.includes(scope) ||
  (scope === 'review:read' && viewer.scopes.some((held) => held.startsWith('review:')));

export const isScope = (text: string): text is Scope =>
  (scopes as readonly string[]).includes(text);
