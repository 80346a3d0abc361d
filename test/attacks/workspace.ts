import type { TestClient } from '../support/testClient.ts';
import type { TestService } from '../support/testService.ts';

/** The actors of the attacks, in a new workspace. */
export type Workspace = {
  user: string;
  /** An agent that tries whatever its token lets it, to act without an approval. It may ask. */
  rogue: TestClient;
  /** Another agent, which does nothing wrong. It may ask. */
  colleague: TestClient;
  /** Reviewers. They may decide. */
  ada: TestClient;
  bea: TestClient;
  /** Who runs the agents: may ask and decide. */
  operator: TestClient;
};

export function workspace(service: TestService): Workspace {
  const { user } = service.team();
  const asks = ['review:request'] as const;
  const decides = ['review:decide'] as const;
  return {
    user,
    rogue: service.as({ user, actor: 'rogue', scopes: asks }),
    colleague: service.as({ user, actor: 'colleague', scopes: asks }),
    ada: service.as({ user, actor: 'ada', scopes: decides }),
    bea: service.as({ user, actor: 'bea', scopes: decides }),
    operator: service.as({ user, actor: 'operator', scopes: [...asks, ...decides] }),
  };
}

/** What the service answers to what it does not do. */
export const conflict = { __typename: 'ReviewConflictError' };
