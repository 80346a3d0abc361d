import type { Receiver } from '../bed/receiver.ts';
import type { DatabaseState } from '../databaseState.ts';
import { tokenOf } from './token.ts';

/** The kinds of events that the second webhook of each owner receives. */
const SOME_KINDS = ['APPROVED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'VOIDED'];

const document = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
  __typename ... on CreateWebhookPayload { secret webhook { webhookId } } ... on Error { message } } }`;

/**
 * Creates two webhooks for each owner, one per receiver, before the load starts.
 * @returns what each must receive: all events of its kinds from the start
 */
export async function makeWebhooks(
  url: string,
  owners: readonly string[],
  receivers: readonly Receiver[],
): Promise<DatabaseState['webhooks']> {
  const made: DatabaseState['webhooks'] = [];
  for (const owner of owners) {
    const { token } = await tokenOf(owner, 'ops', 'webhook:manage', 0);
    for (const [at, receiver] of receivers.entries()) {
      const kinds = at === 0 ? [] : SOME_KINDS;
      const input = {
        url: receiver.url(owner),
        ...(kinds.length > 0 && { kinds }),
      };
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables: { input } }),
      });
      const text = await response.text();
      const answer = JSON.parse(text).data?.createWebhook;
      if (answer?.__typename !== 'CreateWebhookPayload') throw new Error(text);
      const { secret, webhook } = answer;
      receiver.expect(owner, { owner, webhookId: webhook.webhookId, secret });
      made.push({ owner, webhookId: webhook.webhookId, after: 0, kinds });
    }
  }
  return made;
}
