import type { JsonMember, JsonNode } from '@holdpoint/client/json';
import { type Found, firstOf, membersOf, type View, without } from './view.ts';

const recipientKeys = ['to', 'recipients', 'recipient', 'cc', 'bcc', 'personalizations'];
const headerKeys = [
  'from',
  'sender',
  'to',
  'recipients',
  'recipient',
  'cc',
  'bcc',
  'reply_to',
  'replyTo',
  'subject',
];
const bodyKeys = [
  'html',
  'html_body',
  'htmlBody',
  'body_html',
  'bodyHtml',
  'text',
  'text_body',
  'textBody',
  'body_text',
  'bodyText',
  'body',
  'plain',
  'content',
  'message',
];

/** An e-mail: who gets it, its subject, its text and its HTML, in this order. */
export const email: View = {
  name: 'email',
  title: 'E-mail',
  find(node): Found | undefined {
    const members = membersOf(node);
    if (members === undefined || node.kind !== 'object') return undefined;
    const subject = members.get('subject');
    const [, body] = firstOf(members, bodyKeys) ?? [];
    if (subject?.kind !== 'string' || body === undefined) return undefined;
    if (firstOf(members, recipientKeys) === undefined) return undefined;
    const shown = [...headerKeys, ...bodyKeys].flatMap((key): JsonMember[] => {
      const value = members.get(key);
      return value === undefined ? [] : [{ key, value }];
    });
    const values = new Set<JsonNode>(shown.map(({ value }) => value));
    return { members: { ...node, members: shown }, rest: without(node, values) };
  },
};
