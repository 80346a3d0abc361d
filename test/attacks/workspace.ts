import type { TestClient } from '../support/testClient.ts';
import type { TestService } from '../support/testService.ts';

/** The actors of the attacks, in a new workspace. */
export type Workspace = {
  user: string;
  /** An agent that tries everything its token allows to act without approval. May request. */
  rogue: TestClient;
  /** Another agent, which does nothing wrong. May request. */
  colleague: TestClient;
  /** Reviewers. May decide. */
  ada: TestClient;
  bea: TestClient;
  /** The operator of the agents. May request and decide. */
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

/** The types of error responses. */
export const conflict = { __typename: 'ReviewConflictError' };
