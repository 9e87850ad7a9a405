import OpenAI from 'openai';
import {
  FUNCTION_TOOLS,
  type HeardCall,
  type MatrixClient,
  PARAMETERS,
  type Place,
  PNG,
  PROMPT,
  SYSTEM,
} from './matrix-client.ts';

function openAi({ url, apiKey }: Place): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
}

function parsed(text: string | undefined): unknown {
  return JSON.parse(text ?? 'null');
}

export const openAiChat: MatrixClient = {
  name: 'openai, chat',
  dialect: 'openai',
  async whole(place) {
    const { choices, usage } = await openAi(place).chat.completions.create({
      model: place.model,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: PROMPT },
      ],
      temperature: 0.5,
      max_completion_tokens: 100,
    });
    const text = choices[0]?.message.content ?? '';
    return { text, input: usage?.prompt_tokens, output: usage?.completion_tokens };
  },
  async streamed(place) {
    const stream = openAi(place).chat.completions.stream({
      model: place.model,
      messages: [{ role: 'user', content: PROMPT }],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    const text = choices[0]?.message.content ?? '';
    return { text, input: usage?.prompt_tokens, output: usage?.completion_tokens };
  },
  calls: (place) => openAiRound(place, false),
  streamsCalls: (place) => openAiRound(place, true),
  async looks(place) {
    const { choices } = await openAi(place).chat.completions.create({
      model: place.model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
      ],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', strict: true, schema: PARAMETERS },
      },
    });
    return choices[0]?.message.content ?? '';
  },
};

async function openAiRound(place: Place, stream: boolean): Promise<HeardCall> {
  const ask = async (
    messages: OpenAI.ChatCompletionMessageParam[],
  ): Promise<OpenAI.ChatCompletionMessage | undefined> => {
    const body = { model: place.model, messages, tools: FUNCTION_TOOLS };
    const { chat } = openAi(place);
    const answer = stream
      ? await chat.completions.stream(body).finalChatCompletion()
      : await chat.completions.create(body);
    return answer.choices[0]?.message;
  };
  const asked: OpenAI.ChatCompletionMessageParam = { role: 'user', content: PROMPT };
  const first = await ask([asked]);
  const call = first?.tool_calls?.[0];
  if (first === undefined || call?.type !== 'function') throw new Error('No call.');
  const result = { role: 'tool' as const, tool_call_id: call.id, content: 'sunny' };
  const last = await ask([asked, first, result]);
  const { name, arguments: json } = call.function;
  return { name, arguments: parsed(json), text: last?.content ?? '' };
}

export const openAiResponses: MatrixClient = {
  name: 'openai, responses',
  dialect: 'openai',
  async whole(place) {
    const { output_text, usage } = await openAi(place).responses.create({
      model: place.model,
      instructions: SYSTEM,
      input: PROMPT,
    });
    return { text: output_text, input: usage?.input_tokens, output: usage?.output_tokens };
  },
  async streamed(place) {
    const stream = openAi(place).responses.stream({ model: place.model, input: PROMPT });
    const { output_text, usage } = await stream.finalResponse();
    return { text: output_text, input: usage?.input_tokens, output: usage?.output_tokens };
  },
  calls: (place) => responsesRound(place, false),
  streamsCalls: (place) => responsesRound(place, true),
  async looks(place) {
    const { output_text } = await openAi(place).responses.create({
      model: place.model,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Where is this?' },
            {
              type: 'input_image',
              image_url: `data:image/png;base64,${PNG}`,
              detail: 'auto',
            },
          ],
        },
      ],
      text: { format: { type: 'json_schema', name: 'place', strict: true, schema: PARAMETERS } },
    });
    return output_text;
  },
};

async function responsesRound(place: Place, stream: boolean): Promise<HeardCall> {
  const ask = (input: OpenAI.Responses.ResponseInput): Promise<OpenAI.Responses.Response> => {
    const tools = FUNCTION_TOOLS.map((one) => ({
      type: one.type,
      ...one.function,
      strict: false,
    }));
    const body = { model: place.model, input, tools };
    const { responses } = openAi(place);
    return stream ? responses.stream(body).finalResponse() : responses.create(body);
  };
  const asked = { role: 'user' as const, content: PROMPT };
  const { output } = await ask([asked]);
  const call = output.find((item) => item.type === 'function_call');
  if (call === undefined) throw new Error('No call.');
  const { name, arguments: json, call_id } = call;
  const result = { type: 'function_call_output' as const, call_id, output: 'sunny' };
  const last = await ask([
    asked,
    { type: 'function_call', call_id, name, arguments: json },
    result,
  ]);
  return { name, arguments: parsed(json), text: last.output_text };
}
