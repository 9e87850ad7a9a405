import type { Message, Part } from './conversation.ts';
import { asList, asObject, asText, isObject, type JsonObject, parseJson } from './json-access.ts';

interface Building {
  text: string;
  reasoning: string;
  readonly calls: Map<number, { name: string; arguments: string }>;
}

/** The JSON of every event of a recorded stream: server-sent events or one JSON a line. */
export function streamEvents(raw: string): JsonObject[] {
  return raw
    .split('\n')
    .map((line) => line.trim().replace(/^data:\s*/, ''))
    .filter((line) => line.startsWith('{'))
    .map((line) => parseJson(line))
    .filter(isObject);
}

function takeCalls(building: Building, calls: readonly unknown[]): void {
  for (const [position, value] of calls.entries()) {
    const call = asObject(value);
    const at = typeof call['index'] === 'number' ? call['index'] : position;
    const known = building.calls.get(at) ?? { name: '', arguments: '' };
    const given = asObject(call['function']);
    building.calls.set(at, {
      name: known.name + (asText(given['name']) ?? ''),
      arguments: known.arguments + written(given['arguments']),
    });
  }
}

/** Arguments are JSON text (OpenAI, in pieces) or an object (Ollama, whole). */
function written(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined ? '' : JSON.stringify(given);
}

function takeDelta(building: Building, delta: JsonObject): void {
  building.text += asText(delta['content']) ?? asText(delta['refusal']) ?? '';
  building.reasoning +=
    asText(delta['reasoning_content']) ??
    asText(delta['reasoning']) ??
    asText(delta['thinking']) ??
    '';
  takeCalls(building, asList(delta['tool_calls']));
}

function building(): Building {
  return { text: '', reasoning: '', calls: new Map() };
}

function finish({ text, reasoning, calls }: Building): Message {
  const parts: Part[] = [];
  if (reasoning !== '') parts.push({ kind: 'reasoning', text: reasoning });
  if (text !== '') parts.push({ kind: 'text', text });
  for (const call of calls.values()) parts.push({ kind: 'tool_call', ...call });
  return { role: 'assistant', name: null, parts };
}

function takeTyped(answer: Building, event: JsonObject): void {
  const type = asText(event['type']) ?? '';
  const delta = event['delta'];
  if (type === 'response.output_text.delta') answer.text += asText(delta) ?? '';
  const at = numbered(event);
  if (type === 'content_block_start') takeBlock(answer, at, asObject(event['content_block']));
  if (type === 'content_block_delta') takeBlockDelta(answer, at, asObject(delta));
  const item = asObject(event['item']);
  if (type === 'response.output_item.done' && item['type'] === 'function_call')
    answer.calls.set(answer.calls.size, {
      name: asText(item['name']) ?? '',
      arguments: asText(item['arguments']) ?? '',
    });
}

/** The beginning of a block of Anthropic's: text, thoughts or a tool call. */
function takeBlock(answer: Building, at: number, block: JsonObject): void {
  if (block['type'] === 'tool_use')
    answer.calls.set(at, { name: asText(block['name']) ?? '', arguments: '' });
}

function takeBlockDelta(answer: Building, at: number, delta: JsonObject): void {
  answer.text += asText(delta['text']) ?? '';
  answer.reasoning += asText(delta['thinking']) ?? '';
  const call = answer.calls.get(at);
  const piece = asText(delta['partial_json']);
  if (call !== undefined && piece !== null)
    answer.calls.set(at, { ...call, arguments: call.arguments + piece });
}

/** One step of a Gemini stream: parts of the answer, whole tool calls among them. */
function takeCandidate(answer: Building, candidate: JsonObject): void {
  for (const value of asList(asObject(candidate['content'])['parts'])) {
    const part = asObject(value);
    const text = asText(part['text']) ?? '';
    if (part['thought'] === true) answer.reasoning += text;
    else answer.text += text;
    const call = part['functionCall'];
    if (isObject(call))
      answer.calls.set(answer.calls.size, {
        name: asText(call['name']) ?? '',
        arguments: JSON.stringify(call['args'] ?? {}),
      });
  }
}

function numbered(value: JsonObject): number {
  return typeof value['index'] === 'number' ? value['index'] : 0;
}

/** The answer that a recorded stream adds up to, one message a choice. Unknown events are skipped. */
export function readStreamedMessages(raw: string): Message[] {
  const choices = new Map<number, Building>();
  const answer = building();
  for (const event of streamEvents(raw)) {
    takeTyped(answer, event);
    if (isObject(event['message'])) takeDelta(answer, event['message']);
    answer.text += asText(event['response']) ?? '';
    for (const candidate of asList(event['candidates']).map(asObject)) {
      const known = choices.get(numbered(candidate)) ?? building();
      takeCandidate(known, candidate);
      choices.set(numbered(candidate), known);
    }
    for (const value of asList(event['choices'])) {
      const choice = asObject(value);
      const at = numbered(choice);
      const known = choices.get(at) ?? building();
      known.text += asText(choice['text']) ?? '';
      takeDelta(known, asObject(choice['delta']));
      choices.set(at, known);
    }
  }
  const built = choices.size > 0 ? [...choices.values()] : [answer];
  return built.map(finish);
}
