import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatPieces, misleads, piecesOf } from '../../src/text/characters.ts';
import { marksOf, marksOfJson } from '../../src/text/marks.ts';
import { honestSamples } from './honestSamples.ts';

const markedIn = (text: string) =>
  marksOf(text).lookalikes.map(({ start, end }) => text.slice(start, end));

it.each([
  ['аррӏе.com', ['аррӏе']],
  ['Open аррӏе.com now', ['аррӏе']],
  ['Откройте аррӏе.com сегодня', ['аррӏе']],
  ['https://аррӏе.com/日本/дом', ['аррӏе']],
  ['οοο.com', ['οοο']],
  ['github.com∕evil.example', ['∕']],
  ['github.com⁄evil.example', ['⁄']],
  ['paypal․com', ['․']],
  ['wıkipedia.org', ['ı']],
  ['ѕеоо@example.com', ['ѕеоо']],
  ['rm −rf /', ['−']],
  ['git commit −m x', ['−']],
  ['−rf', ['−']],
  ['npm publish –-dry‑run', ['–', '‑']],
  ['--dry‑run', ['‑']],
  ['𝐫𝐦 -rf /', ['𝐫𝐦']],
  ['𝗉𝖺𝗒𝗉𝖺𝗅', ['𝗉𝖺𝗒𝗉𝖺𝗅']],
  ['ｐａｙｐａｌ.com', ['ｐａｙｐａｌ']],
  ['ꓳꓳꓳ.com', ['ꓳꓳꓳ']],
  ['/еtс/passwd', ['е', 'с']],
  ['C:\\Wіndows\\оо', ['і', 'оо']],
  ['drop_осо', ['осо']],
  ['сору', ['сору']],
  ['p\u0430ypal', ['а']],
  ['ԍіthub', ['і']],
  ['1З00', ['З']],
  ['Переведите 1О0 ₽', ['О']],
  ['ΑΒ12', ['ΑΒ']],
  ['Сбepбанк', ['С', 'ep']],
])('marks the lookalikes of %j', (text, marked) => {
  expect(markedIn(text)).toEqual(marked);
  expect(misleads(text)).toBe(true);
});

it('says what a lookalike is', () => {
  const names = (text: string) => marksOf(text).lookalikes.map(({ name }) => name);
  expect(names('аррӏе.com')).toEqual(['Cyrillic letters that look like Latin']);
  expect(names('pаypal')).toEqual(['Cyrillic letter that looks like Latin']);
  expect(names('github.com∕evil.example')).toEqual(['U+2215 looks like /']);
  expect(names('Сбepбанк')).toContain('Latin letters in a Cyrillic word');
});

it('marks an edit of one letter by the whole word', () => {
  const text = 'p\u0430ypal';
  expect(piecesOf(text, false, { from: 1, to: 2 })).toMatchObject([{ kind: 'lookalike' }]);
});

describe.each(Object.entries(honestSamples))('honest text: %s', (_language, text) => {
  it('has no marks', () => {
    expect(flatPieces(piecesOf(text, true)).filter(({ kind }) => kind !== 'plain')).toEqual([]);
    expect(marksOf(text)).toEqual({ lookalikes: [], isolated: [] });
    expect(misleads(text)).toBe(false);
  });

  it('has no marks line by line, and in JSON', () => {
    for (const line of text.split('\n')) expect(misleads(line)).toBe(false);
    const json = JSON.stringify({ text, parts: [text] }, null, 2);
    expect(marksOfJson(json)).toEqual({ lookalikes: [], isolated: [] });
  });
});

describe('right-to-left text', () => {
  const marked = (text: string) =>
    marksOf(text).isolated.map(({ start, end }) => text.slice(start, end));

  it.each([
    ['/srv/דוחות/2026/../../etc/passwd', ['/srv/דוחות/2026/../../etc/passwd']],
    ['rm -r /srv/دوحة/وثيقة/x', ['/srv/دوحة/وثيقة/x']],
    ['https://example.com/א/1', ['https://example.com/א/1']],
    ['מחק את /2026/../etc/passwd', ['את /2026/../etc/passwd']],
  ])('that reorders a path or an address is marked: %s', (text, expected) => {
    expect(marked(text)).toEqual(expected);
  });

  it.each(['/srv/דוחות/etc', 'example.com/שלום', 'תאריך 10/05/2026', 'שלום, עולם 2026'])(
    'that reorders none is not: %s',
    (text) => expect(marked(text)).toEqual([]),
  );

  it('is isolated run by run', () => {
    const [piece] = piecesOf('/א/1/ב', false);
    expect(piece).toMatchObject({
      kind: 'isolated',
      pieces: [
        { text: '/' },
        { kind: 'isolated', pieces: [{ text: 'א' }] },
        { text: '/1/' },
        { kind: 'isolated', pieces: [{ text: 'ב' }] },
      ],
    });
  });
});

it('marks in JSON do not depend on escapes', () => {
  const json = String.raw`{"a":"x\nсон и ещё","b":"c:\\оо\\n","c":"\"p\u0430ypal pаypal"}`;
  const { lookalikes } = marksOfJson(json);
  expect(lookalikes.map(({ start, end }) => json.slice(start, end))).toEqual(['оо', 'а']);
});

const anything = fc
  .array(
    fc.constantFrom(
      ...['аррӏе', '.com', '/', 'א', 'دو', '1', ' ', '\n', '−', '-rf', '𝐫𝐦', '\u202e', '\u200b'],
      ...['é', '👩‍👧', '\ud800', '"', '\\', 'ノ', 'ß', '_', '@', 'ﬁ', '\u0301', '日本'],
    ),
  )
  .map((parts) => parts.join(''));

it('loses no text, and a part is shown as in the whole', () => {
  fc.assert(
    fc.property(anything, fc.nat(), fc.nat(), (text, one, other) => {
      const exact = (from: number, to: number) =>
        flatPieces(piecesOf(text, true, { from, to }))
          .map((piece) =>
            piece.kind === 'odd'
              ? (JSON.parse(`"${piece.escape}"`) as string).repeat(piece.count)
              : piece.text,
          )
          .join('');
      const [from, to] = [one % (text.length + 1), other % (text.length + 1)].sort((a, b) => a - b);
      expect(exact(0, text.length)).toBe(text);
      expect(exact(from as number, to as number)).toBe(text.slice(from, to));
    }),
  );
});

it('takes linear time', () => {
  const words = ['а', 'а ', 'pа', '/а', 'א/', 'א/1 ', 'א 1/a_1 ', '−x ', '\\nа', '"а"', 'a.а'];
  for (const word of words) {
    const text = word.repeat(200_000 / word.length);
    expect(misleads(text)).toBeTypeOf('boolean');
    expect(marksOfJson(`"${text}`).lookalikes.length).toBeGreaterThanOrEqual(0);
  }
});

it('an invisible character is found in each of many texts', () => {
  const texts = ['a long text with one at its end\u200b', 'a\u200bb', '\u200bab', 'a\u202eb'];
  expect(texts.map((text) => misleads(text))).toEqual([true, true, true, true]);
});
