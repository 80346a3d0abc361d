import { describe, expect, it } from 'vitest';
import { resultOf, subjectOf, verdictOf } from './evaluating.ts';

const payload = JSON.stringify({
  amount: 501,
  price: 19.99,
  whole: 1.0,
  text: '501',
  note: 'Hello, Wörld 😀',
  'odd-key': true,
  none: null,
  flag: true,
  to: ['ana@acme.com', 'bo@acme.com', 'eve@evil.example'],
  items: [
    { sku: 'a', price: 5 },
    { sku: 'b', price: 700 },
  ],
  nested: { deep: { value: [1, [2, 3], { x: null }] } },
  due: '2026-12-01T00:00:00+01:00',
  digits: '0.12345678901234567890',
});

it.each([
  'node == "pay" && graph == "billing" && graphVersion == 3 && execution == "run-1"',
  'requestedBy == "agent" && kind == "ACTION" && consumers == [] && tags.size() == 0',
  'instructions == null && headline == null && risk == null',
  'payload.amount > 500 && payload["amount"] == 501 && payload["odd-key"]',
  'has(payload.amount) && !has(payload.missing) && has(payload.none) && payload.none == null',
  '"amount" in payload && !("missing" in payload) && "__proto__" in {"__proto__": 1}',
  'payload.items[0].sku == "a" && payload.items[1].price == 700 && payload.items.size() == 2',
  'payload.items.exists(item, item.price > 500) && !payload.items.all(item, item.price > 500)',
  'payload.items.exists_one(item, item.price > 500)',
  'payload.items.filter(item, item.price < 500).map(item, item.sku) == ["a"]',
  'payload.items.map(item, item.price > 500, item.sku) == ["b"]',
  'payload.items.map(item, {"sku": item.sku, "price": item.price}) == payload.items',
  'payload.items[0].all(key, key in ["sku", "price"])',
  'payload.to.exists(to, !["@acme.com", "@acme.org"].exists(end, to.endsWith(end)))',
  '["acme.com", "acme.org"].exists(domain, payload.to[0].endsWith("@" + domain))',
  'payload.nested.deep.value == [1, [2, 3], {"x": null}]',
  'payload.nested.deep == {"value": payload.nested.deep.value}',
  'payload.nested.deep.value != [1, [2, 3], {"y": null}]',
  'payload.note.contains("lo, W") && payload.note.startsWith("Hello") && payload.note.endsWith("😀")',
  'payload.note.size() == 14 && size(payload.note) == 14 && size("") == 0 && size({"a": 1}) == 1',
  'payload.note.lowerAscii() == "hello, wörld 😀" && payload.note.upperAscii() == "HELLO, WöRLD 😀"',
  String.raw`payload.note.matches("^Hel+o, \\pL+ .$") && matches(payload.text, "^[0-9]{3}$")`,
  'payload.flag ? payload.amount == 501 : payload.missing',
  'int(payload.text) == 501 && double("19.990") == payload.price && string(payload.amount) == "501"',
  '"a" < "b" && "B" < "a" && "\u{1F600}" > "\uFFFF" && "a" <= "a" && "ab" > "a"',
  'payload.amount + 1 == 502 && 7 / 7 == 1 && -7 % 3 == -1 && 2 * 3 - 1 == 5 && -(-3) == 3',
  'now == timestamp("2026-11-28T12:34:56.789Z") && timestamp(payload.due) - now > duration("48h")',
  'timestamp(payload.due) == timestamp("2026-11-30T23:00:00Z")',
  'timestamp("2026-11-28T12:00:00.123456789Z") != timestamp("2026-11-28T12:00:00.123456788Z")',
  'timestamp(0) == timestamp("1970-01-01T00:00:00Z")',
  'duration("1h30m") == duration("90m") && duration("-1s") < duration("0s") && duration("1500ms") > duration("1s")',
  'now + duration("1h") - duration("60m") == now && duration("90m").getHours() == 1',
  'now.getHours() == 12 && now.getMinutes() == 34 && now.getSeconds() == 56 && now.getMilliseconds() == 789',
  'now.getFullYear() == 2026 && now.getMonth() == 10 && now.getDate() == 28 && now.getDayOfMonth() == 27',
  'now.getDayOfWeek() == 6 && now.getDayOfYear() == 331',
  'now.getHours("Europe/Berlin") == 13 && now.getHours("America/New_York") == 7',
  'timestamp("2026-07-01T23:30:00Z").getDate("Europe/Berlin") == 2',
  'timestamp("2026-12-31T23:30:00Z").getFullYear("Asia/Tokyo") == 2027',
  '[1, 2] == [1.0, 2.0] && 2 in [1, 2.0] && !(3 in [1, 2])',
  '"""a\nb""" == "a\\nb" && r"\\n" != "\\n" && \'x\' == "x"',
  '0x1F == 31 && 1e3 == 1000 && true // a comment',
])('63. CEL: %s', (when) => {
  expect(resultOf(when, payload)).toBe(true);
});

describe('65. a problem', () => {
  it.each([
    ['payload.missing == 1', 'there is no field "missing"'],
    ['payload.missing.deeper == 1', 'there is no field "missing"'],
    ['has(payload.missing.deeper)', 'there is no field "missing"'],
    ['payload.amount.deeper == 1', 'a number has no field "deeper"'],
    ['has(payload.none.deeper)', 'null has no field "deeper"'],
    ['payload["gone"] == 1', 'there is no field "gone"'],
    ['payload.items[2].sku == "a"', 'there is no element 2: the list has 2'],
    ['payload.items[-1].sku == "a"', 'there is no element -1: the list has 2'],
    ['payload.items[0.5].sku == "a"', 'there is no element 0.5: the list has 2'],
    ['payload.items["0"].sku == "a"', 'a list has nothing at a string'],
    ['payload.text > 500', 'cannot compare a string with a number'],
    ['payload.text == 501', 'cannot compare a string with a number'],
    ['payload.text != 501', 'cannot compare a string with a number'],
    ['501 == payload.text', 'cannot compare a number with a string'],
    ['payload.text in [500, 501]', 'cannot compare a string with a number'],
    ['payload.amount in ["500", "501"]', 'cannot compare a number with a string'],
    ['[payload.text] == [501]', 'cannot compare a string with a number'],
    ['{"a": payload.text} == {"a": 501}', 'cannot compare a string with a number'],
    ['payload.flag == "true"', 'cannot compare a boolean with a string'],
    ['payload.items == {"a": 1}', 'cannot compare a list with an object'],
    ['payload.none > 500', 'cannot compare null with a number'],
    ['payload.due > now', 'cannot compare a string with a timestamp'],
    ['payload.amount in payload', 'the keys of an object are strings, not a number'],
    ['1 in payload.amount', 'in needs a list or an object, not a number'],
    ['payload.amount', 'gives a number instead of true or false'],
    ['payload.amount && true', '&& needs booleans, not a number'],
    ['payload.text || false', '|| needs booleans, not a string'],
    ['!payload.none', '! needs a boolean, not null'],
    ['-payload.text == 1', '- needs a number, not a string'],
    ['payload.text ? true : false', '? needs a boolean, not a string'],
    ['payload.text.exists(x, true)', 'exists needs a list or an object, not a string'],
    ['payload.to.exists(x, x)', 'exists needs true or false for each element, not a string'],
    ['payload.to.all(x, x > 5)', 'cannot compare a string with a number'],
    ['payload.to.filter(x, x == 5) == []', 'cannot compare a string with a number'],
    ['payload.to.exists_one(x, x == 5)', 'cannot compare a string with a number'],
    ['payload.amount.contains("5")', 'contains does not work with a number'],
    ['payload.amount.size() == 1', 'size does not work with a number'],
    ['payload.to.contains("a")', 'contains does not work with a list'],
    ['payload.text + 1 == 502', '+ does not work with a string and a number'],
    ['int(payload.note) == 1', 'the string is not a number'],
    ['int("0x1f" + "") == 1', 'the string is not a number'],
    ['double(payload.digits) > 0', 'the number in the string would be rounded'],
    ['int(payload.price) == 19', 'not an integer up to 9007199254740991'],
    ['timestamp(payload.note) > now', 'a time must be written as 2026-11-28T12:00:00Z'],
    ['timestamp(payload.price) > now', 'not a whole number of seconds'],
    ['now + duration("80000000h") > now', 'a time beyond the years 1 to 9999'],
  ])('%s', (when, message) => {
    expect(resultOf(when, payload)).toBe(message);
  });

  it('does not matter if the other side of || or && decides', () => {
    expect(resultOf('payload.missing == 1 || node == "pay"')).toBe(true);
    expect(resultOf('node == "pay" || payload.missing == 1')).toBe(true);
    expect(resultOf('payload.missing == 1 && node == "x"')).toBe(false);
    expect(resultOf('node == "x" && payload.missing == 1')).toBe(false);
    expect(resultOf('payload.missing == 1 || node == "x"')).toBe('there is no field "missing"');
    expect(resultOf('payload.missing == 1 && node == "pay"')).toBe('there is no field "missing"');
    expect(resultOf('[1, 2].exists(x, x == 2 || x == payload.none)')).toBe(true);
    expect(resultOf('["a", payload.b].exists(x, x == "b")', '{"b":"b"}')).toBe(true);
    expect(resultOf('payload.exists(x, x == "b")', '["a",1,"b"]')).toBe(true);
    expect(resultOf('payload.exists(x, x == "c")', '["a",1,"b"]')).toMatch('cannot compare');
    expect(resultOf('payload.all(x, x == "a")', '["a",1,"b"]')).toBe(false);
    expect(resultOf('"b" in payload', '["a",1,"b"]')).toBe(true);
    expect(resultOf('"c" in payload', '["a",1,"b"]')).toMatch('cannot compare');
  });

  it.each(['5', '"text"', 'null', 'true', '[]'])('of a payload that is no object: %s', (root) => {
    expect(resultOf('payload.amount > 500', root)).toMatch(/has no field "amount"$/);
  });
});

it('63. the words of the agent are there for REVIEW and DENY', () => {
  const subject = subjectOf('{}', {
    instructions: 'Please check',
    headline: 'Refund',
    tags: ['urgent'],
    risk: 'HIGH',
    consumers: ['worker'],
  });
  const when =
    'instructions.contains("check") && headline == "Refund" && "urgent" in tags && risk in ["HIGH"] && "worker" in consumers';
  expect(verdictOf([{ when, effect: 'DENY' }], subject)).toMatchObject({
    effect: 'DENY',
    ruleIds: ['r0'],
    problems: [],
  });
});
