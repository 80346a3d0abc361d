import { expect, test } from 'vitest';
import { readMail } from '../../../src/page/worker/readMail.ts';

test('a message is read as mail programs do', async () => {
  const raw =
    'From: =?utf-8?q?Z=C3=BC?= <a@example.com>\r\nSubject: one\r\n two\r\nX-A: 1\r\nX-A: 2\r\n' +
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello=\r\n--b\r\n' +
    'Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nHidden\r\n--b--\r\n';
  const mail = await readMail(raw);
  expect(mail.headers).toEqual([
    ['From', 'Zü <a@example.com>'],
    ['Subject', 'one two'],
    ['X-A', '1'],
    ['X-A', '2'],
    ['Content-Type', 'multipart/mixed; boundary=b'],
  ]);
  expect(mail.text).toBe('Hello=\n');
  expect(mail.files.map(({ type, base64 }) => [type, atob(base64)])).toEqual([
    ['message/rfc822', expect.stringContaining('Subject: inner')],
  ]);
  expect(await readMail(Buffer.from(raw).toString('base64url'))).toEqual(mail);
  await expect(readMail('not base64!')).rejects.toThrow();
});

const multipart = (content: string, type = 'multipart/mixed; boundary=b') =>
  `From: a@example.com\nSubject: x\nContent-Type: ${type}\n\n${content}`;

test.each([
  ['before the first part', multipart('One\n--b\n\nshown\n--b--\n'), 'One'],
  ['behind the last part', multipart('--b\n\nshown\n--b--\nOne\n--b\n\nTwo'), 'One\n--b\n\nTwo'],
  ['without a boundary', multipart('One', 'multipart/mixed'), 'One'],
  ['without any part', multipart('One\n--c\n\nTwo'), 'One\n--c\n\nTwo'],
  [
    'around inner parts',
    multipart(
      '--b\nContent-Type: multipart/mixed; boundary=c\n\nOne\n--c\n\nshown\n--c--\nTwo\n--b--\nThree',
    ),
    'One\nTwo\nThree',
  ],
  [
    'in place of headers',
    multipart('--b\nContent-Type: text/plain;\n x=1\nOne\nTwo: 2\n\nshown\n--b\nThree\n--b--'),
    'One\nTwo: 2\nThree',
  ],
  ['nowhere else', multipart('\n--b\n\nshown\n--b--\n \n'), null],
  [
    'nowhere, with the last boundary at the end',
    multipart('--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nshown\n--c--\n\n--b--'),
    null,
  ],
])('what stands %s is not left out', async (_where, raw, outside) => {
  expect((await readMail(raw)).outside).toBe(outside);
});
