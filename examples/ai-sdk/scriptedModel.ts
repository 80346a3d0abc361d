import type { LanguageModel } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/** Replaces a real model: requests three refunds, then repeats the results. */
export function scriptedModel(): LanguageModel {
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const results = prompt.flatMap(({ role, content }) =>
        role === 'tool' ? content.filter((part) => part.type === 'tool-result') : [],
      );
      if (results.length === 0) {
        return {
          content: [call('1', 'Ada', 20), call('2', 'Ben', 500), call('3', 'Cem', 30)],
          finishReason: { unified: 'tool-calls', raw: undefined },
          usage,
          warnings: [],
        };
      }
      const said = results.map(({ output }) => {
        if ('value' in output) return output.value;
        return `Not paid: ${('reason' in output && output.reason) || output.type}`;
      });
      return {
        content: [{ type: 'text', text: said.join('; ') }],
        finishReason: { unified: 'stop', raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
}

const call = (number: string, customer: string, amount: number) =>
  ({
    type: 'tool-call',
    toolCallId: `call-${number}`,
    toolName: 'payRefund',
    input: JSON.stringify({ customer, amount }),
  }) as const;
