import {
  type Model,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
  Usage,
} from '@openai/agents';

/** Replaces a real model: requests three deletions, then repeats the results. */
export class ScriptedModel implements Model {
  async getResponse({ input }: ModelRequest): Promise<ModelResponse> {
    const items = Array.isArray(input) ? input : [];
    const results = items.flatMap((item) =>
      item.type === 'function_call_result' ? textOf(item.output) : [],
    );
    const usage = new Usage();
    if (results.length > 0) {
      const text = results.join('; ');
      return {
        usage,
        output: [
          {
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text }],
          },
        ],
      };
    }
    return {
      usage,
      output: ['/tmp/cache', '/home/ada', '/tmp/old'].map((path, at) => ({
        type: 'function_call',
        callId: `call-${at + 1}`,
        name: 'delete_path',
        arguments: JSON.stringify({ path }),
        status: 'completed',
      })),
    };
  }

  getStreamedResponse(): AsyncIterable<StreamEvent> {
    throw new Error('The example does not stream');
  }
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return String((output as { text?: unknown }).text ?? JSON.stringify(output));
}
