import Anthropic from '@anthropic-ai/sdk';
import {
  DESCRIPTION,
  type Heard,
  type HeardCall,
  type MatrixClient,
  PARAMETERS,
  type Place,
  PNG,
  PROMPT,
  SYSTEM,
} from './matrix-client.ts';

function anthropicOf({ url, apiKey }: Place): Anthropic {
  return new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** Anthropic counts cached tokens beside the others. */
function countsOf({ usage }: Anthropic.Message): Pick<Heard, 'input' | 'output'> {
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return { input: usage.input_tokens + cached, output: usage.output_tokens };
}

export const anthropic: MatrixClient = {
  name: '@anthropic-ai/sdk',
  dialect: 'anthropic',
  async whole(place) {
    const message = await anthropicOf(place).messages.create({
      model: place.model,
      max_tokens: 100,
      system: SYSTEM,
      messages: [{ role: 'user', content: PROMPT }],
    });
    return { text: textOf(message), ...countsOf(message) };
  },
  async streamed(place) {
    const message = await anthropicOf(place)
      .messages.stream({
        model: place.model,
        max_tokens: 100,
        messages: [{ role: 'user', content: PROMPT }],
      })
      .finalMessage();
    return { text: textOf(message), ...countsOf(message) };
  },
  calls: (place) => anthropicRound(place, false),
  streamsCalls: (place) => anthropicRound(place, true),
  async looks(place) {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PNG };
    const message = await anthropicOf(place).messages.create({
      model: place.model,
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'Where is this?' },
          ],
        },
      ],
      output_config: { format: { type: 'json_schema', schema: { ...PARAMETERS } } },
    });
    return textOf(message);
  },
};

async function anthropicRound(place: Place, stream: boolean): Promise<HeardCall> {
  const ask = (messages: Anthropic.MessageParam[]): Promise<Anthropic.Message> => {
    const tools = [{ name: 'get_weather', description: DESCRIPTION, input_schema: PARAMETERS }];
    const body = { model: place.model, max_tokens: 100, messages, tools };
    const { messages: api } = anthropicOf(place);
    return stream ? api.stream(body).finalMessage() : api.create(body);
  };
  const asked = { role: 'user' as const, content: PROMPT };
  const first = await ask([asked]);
  const call = first.content.find((block) => block.type === 'tool_use');
  if (call === undefined) throw new Error('No call.');
  const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'sunny' };
  const last = await ask([
    asked,
    { role: 'assistant', content: first.content },
    { role: 'user', content: [result] },
  ]);
  return { name: call.name, arguments: call.input, text: textOf(last) };
}
