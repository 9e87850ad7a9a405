import {
  type Content,
  type GenerateContentResponseUsageMetadata,
  GoogleGenAI,
} from '@google/genai';
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

function geminiOf({ url, apiKey }: Place): GoogleGenAI {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
}

/** Gemini counts thoughts beside the other tokens of an answer. */
function countsOf(
  usage: GenerateContentResponseUsageMetadata | undefined,
): Pick<Heard, 'input' | 'output'> {
  if (usage?.promptTokenCount === undefined) return { input: undefined, output: undefined };
  const output = (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0);
  return { input: usage.promptTokenCount, output };
}

export const gemini: MatrixClient = {
  name: '@google/genai',
  dialect: 'gemini',
  async whole(place) {
    const { text = '', usageMetadata } = await geminiOf(place).models.generateContent({
      model: place.model,
      contents: PROMPT,
      config: { systemInstruction: SYSTEM, temperature: 0.5 },
    });
    return { text, ...countsOf(usageMetadata) };
  },
  async streamed(place) {
    let heard: Heard = { text: '', input: undefined, output: undefined };
    const chunks = await geminiOf(place).models.generateContentStream({
      model: place.model,
      contents: PROMPT,
    });
    for await (const { text = '', usageMetadata } of chunks) {
      heard = { ...heard, ...countsOf(usageMetadata), text: heard.text + text };
    }
    return heard;
  },
  calls: (place) => geminiRound(place, false),
  streamsCalls: (place) => geminiRound(place, true),
  async looks(place) {
    const { text = '' } = await geminiOf(place).models.generateContent({
      model: place.model,
      contents: [{ inlineData: { mimeType: 'image/png', data: PNG } }, { text: 'Where is this?' }],
      config: { responseMimeType: 'application/json', responseJsonSchema: PARAMETERS },
    });
    return text;
  },
};

async function geminiRound(place: Place, stream: boolean): Promise<HeardCall> {
  const ask = async (contents: Content[]): Promise<Content> => {
    const declared = { name: 'get_weather', description: DESCRIPTION };
    const functionDeclarations = [{ ...declared, parametersJsonSchema: PARAMETERS }];
    const body = { model: place.model, contents, config: { tools: [{ functionDeclarations }] } };
    const { models } = geminiOf(place);
    const parts: Content['parts'] = [];
    if (stream) {
      for await (const chunk of await models.generateContentStream(body)) {
        parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      }
    } else {
      const { candidates } = await models.generateContent(body);
      parts.push(...(candidates?.[0]?.content?.parts ?? []));
    }
    return { role: 'model', parts };
  };
  const asked: Content = { role: 'user', parts: [{ text: PROMPT }] };
  const first = await ask([asked]);
  const call = first.parts?.find((part) => part.functionCall !== undefined)?.functionCall;
  if (call === undefined) throw new Error('No call.');
  const { id, name = '', args } = call;
  const functionResponse = { ...(id !== undefined && { id }), name, response: { output: 'sunny' } };
  const last = await ask([asked, first, { role: 'user', parts: [{ functionResponse }] }]);
  const text = (last.parts ?? []).map((part) => part.text ?? '').join('');
  return { name, arguments: args, text };
}
