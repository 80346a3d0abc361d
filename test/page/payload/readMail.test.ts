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
