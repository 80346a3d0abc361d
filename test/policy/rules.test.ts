import { expect, it } from 'vitest';
import { problemsOf, rulesOf } from './evaluating.ts';

const bad = (when: string, effect = 'REVIEW') => problemsOf([{ when, effect }]);

it.each([
  'node == "pay" && graph == "billing" && graphVersion >= 3 && execution != "x"',
  'requestedBy in ["a", "b"] || consumers.exists(name, name == "c") || kind == "QUESTION"',
  'instructions != null && headline != null && "urgent" in tags && risk in ["HIGH", "CRITICAL"]',
  'payload.amount > 500 && now.getHours("Europe/Berlin") < 6',
])('63. an expression knows the variables of a review: %s', (when) => {
  expect(bad(when)).toEqual([]);
});

it.each(['instructions', 'headline', 'tags', 'risk'])(
  '63. an ALLOW rule may not use the agent’s own words: %s',
  (word) => {
    const when = `node == "pay" &&\n  payload.items.exists(item, item.name in [${word}])`;
    expect(bad(when)).toEqual([]);
    expect(bad(when, 'DENY')).toEqual([]);
    expect(bad(when, 'ALLOW')).toEqual([
      `0.when line 2, column 44, at "${word}": ${word} is the agent's own words, which must not decide that nobody is asked`,
    ]);
  },
);

it.each([
  ['nod == "pay"', 'line 1, column 1, at "nod": unknown variable nod; there are node, graph,'],
  ['node == "pay" &&\n  amount > 5', 'line 2, column 3, at "amount": unknown variable amount'],
  ['payload.amount >', 'line 1, column 17: Unexpected token: EOF'],
  ['payload.amount = 5', 'line 1, column 16, at "=": Unexpected character: =; write =='],
  ['true AND true', 'line 1, column 6, at "AND": Unexpected word; write &&'],
  ['node not in ["a"]', 'line 1, column 6, at "not": Unexpected word; write !(…)'],
  ['node like "a"', 'line 1, column 6, at "like": Unexpected word'],
  [
    'node contains "a"',
    'line 1, column 6, at "contains": Unexpected word; write .contains(…) after the value',
  ],
  [
    'payload.\u0430mount > 5',
    'line 1, column 9, at "\u0430": Unexpected character: \u0430 (U+0430)',
  ],
  ['"a', 'line 1, column 1, at "\\"a": Unterminated string'],
  ['', 'line 1, column 1: Unexpected token: EOF'],
  ['payload.amount + 5', 'at "payload.amount + 5": must be true or false, not a number'],
  ['"yes"', 'line 1, column 1, at "\\"yes\\"": must be true or false, not a string'],
  ['node == 5', 'at "node == 5": == does not work with a string and a number'],
  ['node > 5', 'at "node > 5": > does not work with a string and a number'],
  ['now > "2026"', '> does not work with a timestamp and a string'],
  ['graphVersion + "x" == 5', '+ does not work with a number and a string'],
  ['!node', 'at "node": ! needs a boolean here, not a string'],
  ['node && true', 'at "node": && needs a boolean here, not a string'],
  ['node.size == 5', 'at "node": .size needs an object here, not a string'],
  ['tags.exists(tag, tag)', ''],
  ['tags.exists(tag, 5)', 'exists needs a boolean here, not a number'],
  ['tags.exists(tag)', 'wrong number of arguments for exists'],
  ['tags.exists(payload, true)', 'exists needs a new name for the elements'],
  ['tags.exists("x", true)', 'invalid predicate iteration variable'],
  ['node.exists(x, true)', 'exists needs a list or an object here, not a string'],
  ['payload.a.sum() > 5', 'unknown function sum; there are size, contains, startsWith'],
  ['max(1, 2) > 1', 'unknown function max; there are size, int,'],
  ['payload.a.contains() ', 'wrong number of arguments for contains'],
  ['payload.a.contains(5)', 'contains needs a string here, not a number'],
  ['has(payload)', 'has needs a field, as in has(payload.amount)'],
  ['kind == "action"', 'kind is never "action", only ACTION, QUESTION'],
  ['risk in ["HIGH", "high"]', 'risk is never "high", only LOW, MEDIUM, HIGH, CRITICAL'],
  ['risk > "LOW"', 'risk has no order: use == or in'],
  ['1u == 1', 'at "1u": must be a string, a number, true, false or null'],
  ['b"x" == node', 'must be a string, a number, true, false or null'],
  ['{1: 2}.size() > 0', 'a key must be a string literal'],
  ['{"a": 2, "a": 3}.size() > 0', 'the key is there twice'],
  ['now.getHours("Europe/Berin") < 6', 'at "\\"Europe/Berin\\"": unknown time zone "Europe/Berin"'],
  ['now.getHours(payload.zone) < 6', 'getHours needs a string literal'],
  ['now > timestamp("tomorrow")', 'a time must be written as 2026-11-28T12:00:00Z'],
  ['now > timestamp("2026-02-30T00:00:00Z")', 'a time must be written as 2026-11-28T12:00:00Z'],
  ['now - now > duration("1 week")', 'a duration must be written as 90m or 1h30m'],
])('68. a wrong expression is refused with its position: %j', (when, message) => {
  if (message === '') expect(bad(when)).toEqual([]);
  else expect(bad(when)).toEqual([expect.stringContaining(message)]);
});

it('68. each wrong expression is reported, with its path', () => {
  const rules = [{ when: 'true' }, { when: 'nod == 1' }, { when: 'true' }, { when: '1 +' }];
  expect(problemsOf(rules)).toEqual([
    expect.stringMatching(/^1\.when line 1, column 1, at "nod": /),
    expect.stringMatching(/^3\.when line 1, column 4: /),
  ]);
});

it.each([
  '19.99',
  '-0.1',
  '1e3',
  '1.50',
  '9007199254740991',
  '-9007199254740991',
  '0x1F',
  '5e-324',
])('66. %s is exact', (number) => {
  expect(bad(`payload.x == ${number}`)).toEqual([]);
});

it.each([
  '9007199254740992',
  '-9007199254740993',
  '0.1000000000000000055',
  '1e400',
  '0x20000000000001',
  '99999999999999999999',
])('66. a literal that is not exact is refused: %s', (number) => {
  expect(bad(`payload.x == ${number}`)).toHaveLength(1);
});

it('67. expressions and policies have bounds', () => {
  const rule = (when: string) => ({ when });
  const long = (length: number) => rule(`node != "${'x'.repeat(length - 10)}"`);
  expect(problemsOf([long(4_000)])).toEqual([]);
  expect(problemsOf([long(4_001)])[0]).toContain('must have at most 4000 characters, not 4001');

  const deep = (depth: number) => rule(`${'('.repeat(depth)}true${')'.repeat(depth)}`);
  expect(problemsOf([deep(49)])).toEqual([]);
  expect(problemsOf([deep(51)])[0]).toContain('too complex');
  expect(problemsOf([rule(`${'!'.repeat(3_996)}true`)])[0]).toContain('too complex');
  expect(problemsOf([rule(`[${'1,'.repeat(1_500)}] == []`)])[0]).toContain('too complex');

  const many = (count: number) => Array.from({ length: count }, () => rule('true'));
  expect(problemsOf(many(100))).toEqual([]);
  expect(problemsOf(many(101))).toEqual([' must contain at most 100 rules, not 101']);
});

it.each([
  ['payload.a.all(x, x.b.exists(y, y == 1))', 'inside a macro'],
  ['payload.a.all(x, payload.b.exists(y, y == x))', 'inside a macro'],
  ['["a"].all(x, payload.b.exists(y, y == x))', 'inside a macro'],
  ['payload.a.map(x, x.b.filter(y, y > 1)).size() > 0', 'inside a macro'],
  ['payload.a.all(x, ["a", "b"].exists(y, y == x))', ''],
  ['payload.a.filter(x, x > 1).all(x, x < 5)', ''],
  ['payload.a + payload.b == [1]', ''],
  ['[1] + [2] == [1, 2]', '+ does not work with a list and a list'],
  ['payload.a.split(",").size() > 2', 'unknown function split'],
  ['payload.a.join(",") == ""', 'unknown function join'],
  ['payload.a.replace("a", "b") == ""', 'unknown function replace'],
  ['cel.bind(x, payload.a, x > 1)', 'unknown function bind'],
  ['type(payload.a) == string', 'unknown function type'],
  ['dyn(payload.a) == 1', 'unknown function dyn'],
  ['bytes("a").size() == 1', 'unknown function bytes'],
  ['optional.none() == null', 'unknown function none'],
  ['payload.a.matches(payload.b)', 'matches needs a string literal'],
  ['payload.a.matches("(a")', 'missing closing )'],
  ['payload.a.matches("(?=a)")', 'invalid or unsupported Perl syntax'],
  [String.raw`payload.a.matches("(a)\\1")`, 'invalid escape sequence'],
  [`payload.a.matches("${'a'.repeat(501)}")`, 'at most 500 characters, not 501'],
  ['payload.a.matches("a{400}b{400}")', 'repeats parts too often'],
  ['payload.a.matches("(((abc){9}){9}){9}")', 'repeats parts too often'],
  [String.raw`payload.a.matches("^(\\d{1,3}\\.){3}\\d{1,3}$")`, ''],
])('67. what could take long or build something large is refused: %s', (when, message) => {
  if (message === '') expect(bad(when)).toEqual([]);
  else expect(bad(when)).toEqual([expect.stringContaining(message)]);
});

it('67. the patterns of all rules together are bounded', () => {
  const rule = { when: `payload.a.matches("${'a'.repeat(490)}")` };
  expect(problemsOf(Array.from({ length: 20 }, () => rule))).toEqual([]);
  expect(problemsOf(Array.from({ length: 30 }, () => rule))).toEqual([
    '20.when the patterns of matches may have 10000 characters in all rules together',
  ]);
});

it('68. IDs, reasons and what only goes with REVIEW are checked', () => {
  const when = 'true';
  expect(problemsOf([{ when, ruleId: 'Not this' }])).toEqual([
    '0.ruleId must be 1 to 64 of a-z, 0-9 and hyphens, not "Not this"',
  ]);
  expect(
    problemsOf([
      { when, ruleId: 'a' },
      { when, ruleId: 'a' },
    ]),
  ).toEqual(['1.ruleId is there twice: a']);
  expect(problemsOf([{ when, reason: 'x'.repeat(2_001) }])[0]).toContain('at most 2000 characters');
  expect(problemsOf([{ when: 'node != "\0"' }])).toEqual([
    '0.when must not contain NUL characters',
  ]);
  const demands = {
    approvalsRequired: [{ teamId: 'finance' }],
    escalation: [{ after: '1h', teamIds: ['leads'] }],
    expiresAfter: '1d',
  };
  expect(problemsOf([{ when, ...demands }])).toEqual([]);
  for (const effect of ['ALLOW', 'DENY']) {
    expect(problemsOf([{ when, effect, ...demands }])).toEqual([
      '0.approvalsRequired only goes with the effect REVIEW',
      '0.escalation only goes with the effect REVIEW',
      '0.expiresAfter only goes with the effect REVIEW',
    ]);
  }
  expect(problemsOf([{ when, expiresAfter: 'soon' }])).toEqual([
    '0.expiresAfter must be a time such as 30m, 12h or 7d, not "soon"',
  ]);
});

it('64. all rules together ask for at most 15 approvals', () => {
  const rule = (teamId: string, count: number) => ({
    when: 'true',
    approvalsRequired: [{ teamId, count }],
  });
  expect(problemsOf([rule('a', 10), rule('b', 5), rule('a', 9), rule('b', 1)])).toEqual([]);
  expect(problemsOf([rule('a', 10), rule('b', 6)])).toEqual([
    ' if all rules apply, 16 approvals would be needed; at most 15 are possible',
  ]);
});

it('68. a rule is stored in full', () => {
  expect(
    rulesOf([{ when: 'true', approvalsRequired: [{ actors: ['ana', 'ana'] }], reason: '  ' }]),
  ).toEqual([
    {
      ruleId: 'r0',
      when: 'true',
      effect: 'REVIEW',
      reason: null,
      approvalsRequired: [{ teamId: null, actors: ['ana'], count: 1 }],
      escalation: [],
      expiresAfter: null,
      risk: null,
    },
  ]);
});
