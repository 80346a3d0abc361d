import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headline } from '../../src/hook/headline.ts';

it('names the tool and the first text of its arguments', () => {
  expect(headline('Bash', { tool: 'Bash', input: { timeout: 5, command: 'npm test' } })).toBe(
    'Bash: npm test',
  );
  expect(headline('files/write_file', { path: '/tmp/a', content: 'x' })).toBe(
    'files/write_file: /tmp/a',
  );
  expect(headline('Task', { input: { n: 1 } })).toBe('Task');
  expect(headline('Task', null)).toBe('Task');
  expect(headline('Bash', { input: { command: 'a\n\n  b\u2028c' } })).toBe('Bash: a b c');
});

it('is one line of at most 200 characters that can be stored, whatever the arguments are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.jsonValue(), (tool, input) => {
      const line = headline(tool, { input: { ...(input as object), text: 'x'.repeat(300) } });
      expect(line.length).toBeLessThanOrEqual(200);
      expect(line).not.toMatch(/[\r\n]/);
      expect(line.endsWith('\ud83d…')).toBe(false);
    }),
  );
});
