import type { ReactNode } from 'react';
import { misleads } from '../../../text/characters.ts';
import { useInWorker } from '../../worker/inWorker.ts';
import type { Mail } from '../../worker/readMail.ts';
import { CodeText } from '../CodeText.tsx';
import { FoldView } from '../folds.tsx';
import { LongText, ShowMore, useShownCount } from '../Text.tsx';
import { EmbeddedFile } from './embeddedFile.tsx';
import { HtmlView } from './html.tsx';
import type { View } from './view.ts';

const START_CHARACTERS = 10_000;
const FIRST_HEADERS = 40;
const FIRST_FILES = 20;

/** What a reader of the message looks at first, in this order. */
const mainHeaders = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject', 'date'];

/** An e-mail as mail programs send it: headers, text, HTML and attachments, decoded. */
export const message: View = {
  name: 'message',
  title: 'E-mail message',
  aliases: ['mime', 'eml', 'rfc822'],
  find(node) {
    if (node.kind !== 'string' || !startsLikeMail(node.value)) return undefined;
    return { show: <Message source={node.value} /> };
  },
};

/** Whether a text starts with the headers of a message, perhaps in base64. */
function startsLikeMail(text: string): boolean {
  const start = text.slice(0, START_CHARACTERS);
  if (start.includes(':')) return hasHeaders(start, text.length > start.length);
  if (start.length < 80 || !/^[\w+/-]+={0,2}$/.test(start)) return false;
  const base64 = start.replace(/-/g, '+').replace(/_/g, '/');
  return hasHeaders(atob(base64.slice(0, base64.length - (base64.length % 4))), true);
}

/** @param isCut whether the text goes on, so that its last line may be incomplete */
function hasHeaders(start: string, isCut: boolean): boolean {
  const names = new Set<string>();
  const lines = start.split(/\r?\n/);
  const end = lines.indexOf('');
  // The empty line after the headers, which is not the end of the text.
  const hasEnd = end >= 0 && (isCut || end < lines.length - 1);
  if (!hasEnd && !isCut) return false;
  for (const line of lines.slice(0, hasEnd ? end : -1)) {
    const name = /^([!-9;-~]{1,60}):/.exec(line)?.[1];
    if (name !== undefined) names.add(name.toLowerCase());
    else if (names.size === 0 || !/^[\t ]/.test(line)) return false;
  }
  return (
    ['from', 'to'].some((name) => names.has(name)) &&
    ['subject', 'mime-version', 'message-id', 'date'].some((name) => names.has(name))
  );
}

function Message({ source }: { source: string }): ReactNode {
  const mail = useInWorker('readMail', source);
  if (mail == null) {
    return (
      <FoldView key="plain">
        <CodeText code={source} label="Message" language={null} />
      </FoldView>
    );
  }
  return (
    <FoldView key="read">
      <MailParts mail={mail} />
    </FoldView>
  );
}

function MailParts({ mail }: { mail: Mail }): ReactNode {
  const { headers, text, html, outside, files } = mail;
  const [shownFiles, moreFiles] = useShownCount(files.length, FIRST_FILES);
  const rank = ([name]: Mail['headers'][number]) => mainHeaders.indexOf(name.toLowerCase());
  const main = headers.filter((header) => rank(header) >= 0);
  const others = headers.filter((header) => rank(header) < 0);
  return (
    <div className="message">
      <Headers headers={main.toSorted((one, other) => rank(one) - rank(other))} />
      {text !== null && (
        <div className="part-view">
          <p className="part-key">Text</p>
          <div className="text-block">
            <LongText text={text.trimEnd()} lines />
          </div>
        </div>
      )}
      {html !== null && (
        <div className="part-view">
          <p className="part-key">HTML</p>
          <HtmlView html={html} />
        </div>
      )}
      {outside !== null && (
        <div className="part-view">
          <p className="part-key">Outside of its parts, where only some mail programs show it</p>
          <div className="text-block">
            <LongText text={outside} lines />
          </div>
        </div>
      )}
      {files.length > 0 && (
        <div className="part-view">
          <p className="part-key">Attachments</p>
          {files.slice(0, shownFiles).map(({ name, type, base64 }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attachments never move
            <EmbeddedFile key={at} name={name ?? undefined} type={type} base64={base64} />
          ))}
          <ShowMore
            shown={shownFiles}
            total={files.length}
            what="attachment"
            onMore={moreFiles}
            of={files}
            hidesMisleading={files
              .slice(shownFiles)
              .some(({ name, type }) => misleads(`${name} ${type}`))}
          />
        </div>
      )}
      {others.length > 0 && (
        <div className="part-view">
          <p className="part-key">Other headers</p>
          <Headers headers={others} />
        </div>
      )}
      <p className="muted">
        Shown as a mail program would. The exact value also has the headers of each part.
      </p>
    </div>
  );
}

function Headers({ headers }: Pick<Mail, 'headers'>): ReactNode {
  const [shown, more] = useShownCount(headers.length, FIRST_HEADERS);
  return (
    <>
      <dl className="values">
        {headers.slice(0, shown).map(([name, text], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: headers never move
          <div key={at} className="value-row">
            <dt>
              <span className="muted">
                <LongText text={name} maxCharacters={100} />
              </span>
            </dt>
            <dd>
              <LongText text={text} maxCharacters={300} />
            </dd>
          </div>
        ))}
      </dl>
      <ShowMore
        shown={shown}
        total={headers.length}
        what="header"
        onMore={more}
        of={headers}
        hidesMisleading={headers.slice(shown).some((header) => misleads(header.join(' ')))}
      />
    </>
  );
}
