import type { JsonMember, JsonNode } from '@holdpoint/client/json';
import type { ReactNode } from 'react';
import { VisibleText } from '../Text.tsx';
import { type Found, firstOf, membersOf, shortText, type View, without } from './view.ts';

const methods = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/i;
const urlKeys = ['url', 'uri', 'endpoint', 'path'];
const partKeys = ['query', 'params', 'headers', 'body', 'data', 'json', 'form'];

/** An HTTP request: method and address first, then headers and body. */
export const http: View = {
  name: 'http',
  title: 'HTTP request',
  find(node): Found | undefined {
    const members = membersOf(node);
    if (members === undefined || node.kind !== 'object') return undefined;
    const method = members.get('method') ?? members.get('verb');
    const [, url] = firstOf(members, urlKeys) ?? [];
    const [verb, address] = [shortText(method), shortText(url, 2_000)];
    if (verb === undefined || address === undefined || !methods.test(verb)) return undefined;
    if (!/^(?:https?:\/\/|\/)/i.test(address)) return undefined;
    const parts = partKeys.flatMap((key): JsonMember[] => {
      const value = members.get(key);
      return value === undefined ? [] : [{ key, value }];
    });
    const shown = new Set<JsonNode | undefined>([method, url, ...parts.map(({ value }) => value)]);
    return {
      show: <RequestLine method={verb} address={address} />,
      ...(parts.length > 0 && { members: { ...node, members: parts } }),
      rest: without(node, shown),
    };
  },
};

function RequestLine({ method, address }: { method: string; address: string }): ReactNode {
  const host = URL.canParse(address) ? new URL(address).host : null;
  return (
    <p className="request-line">
      <span className={/^(?:GET|HEAD|OPTIONS)$/i.test(method) ? 'tag accent' : 'tag warns'}>
        {method}
      </span>{' '}
      <code>
        <VisibleText text={address} />
      </code>
      {host !== null && (
        <span className="muted">
          {' '}
          to <strong>{host}</strong>
        </span>
      )}
    </p>
  );
}
