import { type Message, Ollama } from 'ollama';
import {
  FUNCTION_TOOLS,
  type Heard,
  type HeardCall,
  type MatrixClient,
  PARAMETERS,
  type Place,
  PNG,
  PROMPT,
  SYSTEM,
} from './matrix-client.ts';

function ollamaOf({ url, apiKey }: Place): Ollama {
  return new Ollama({ host: url, headers: { authorization: `Bearer ${apiKey}` } });
}

export const ollama: MatrixClient = {
  name: 'ollama',
  dialect: 'ollama',
  async whole(place) {
    const { message, prompt_eval_count, eval_count } = await ollamaOf(place).chat({
      model: place.model,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: PROMPT },
      ],
      options: { temperature: 0.5, num_predict: 100 },
    });
    return { text: message.content, input: prompt_eval_count, output: eval_count };
  },
  async streamed(place) {
    let heard: Heard = { text: '', input: undefined, output: undefined };
    const lines = await ollamaOf(place).chat({
      model: place.model,
      messages: [{ role: 'user', content: PROMPT }],
      stream: true,
    });
    for await (const { message, prompt_eval_count: input, eval_count: output } of lines) {
      heard = { text: heard.text + message.content, input, output };
    }
    return heard;
  },
  calls: (place) => ollamaRound(place, false),
  streamsCalls: (place) => ollamaRound(place, true),
  async looks(place) {
    const { message } = await ollamaOf(place).chat({
      model: place.model,
      messages: [{ role: 'user', content: 'Where is this?', images: [PNG] }],
      format: PARAMETERS,
    });
    return message.content;
  },
};

async function ollamaRound(place: Place, stream: boolean): Promise<HeardCall> {
  const ask = async (messages: Message[]): Promise<Message> => {
    const body = { model: place.model, messages, tools: FUNCTION_TOOLS };
    if (!stream) return (await ollamaOf(place).chat(body)).message;
    const whole: Message = { role: 'assistant', content: '', tool_calls: [] };
    for await (const { message } of await ollamaOf(place).chat({ ...body, stream: true })) {
      whole.content += message.content;
      whole.tool_calls?.push(...(message.tool_calls ?? []));
    }
    return whole;
  };
  const asked = { role: 'user', content: PROMPT };
  const first = await ask([asked]);
  const call = first.tool_calls?.[0]?.function;
  if (call === undefined) throw new Error('No call.');
  const result = { role: 'tool', content: 'sunny', tool_name: call.name };
  const last = await ask([asked, first, result]);
  return { name: call.name, arguments: call.arguments, text: last.content };
}
