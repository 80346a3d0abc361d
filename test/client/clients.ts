import { createClient, type Holdpoint, type HoldpointOptions } from '@holdpoint/client';
import type { Team, TestService } from '../support/testService.ts';

export type Clients = Team & { holdpoint: Holdpoint; human: Holdpoint; agentToken: string };

/** An agent and a reviewer in one workspace, each with a client. */
export async function clientsOf(
  service: TestService,
  options: Partial<HoldpointOptions> = {},
): Promise<Clients> {
  const team = service.team();
  const agentToken = await team.agent.token;
  return {
    ...team,
    agentToken,
    holdpoint: createClient({ url: service.url, token: agentToken, ...options }),
    human: createClient({ url: service.url, token: await team.reviewer.token }),
  };
}
