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
      arguments: known.arguments + (asText(given['arguments']) ?? ''),
    });
  }
}

function takeDelta(building: Building, delta: JsonObject): void {
  building.text += asText(delta['content']) ?? asText(delta['refusal']) ?? '';
  building.reasoning += asText(delta['reasoning_content']) ?? asText(delta['reasoning']) ?? '';
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
  if (type === 'content_block_delta') answer.text += asText(asObject(delta)['text']) ?? '';
  const item = asObject(event['item']);
  if (type === 'response.output_item.done' && item['type'] === 'function_call')
    answer.calls.set(answer.calls.size, {
      name: asText(item['name']) ?? '',
      arguments: asText(item['arguments']) ?? '',
    });
}

/** The answer that a recorded stream adds up to, one message a choice. Unknown events are skipped. */
export function readStreamedMessages(raw: string): Message[] {
  const choices = new Map<number, Building>();
  const answer = building();
  for (const event of streamEvents(raw)) {
    takeTyped(answer, event);
    if (isObject(event['message'])) takeDelta(answer, event['message']);
    for (const value of asList(event['choices'])) {
      const choice = asObject(value);
      const at = typeof choice['index'] === 'number' ? choice['index'] : 0;
      const known = choices.get(at) ?? building();
      known.text += asText(choice['text']) ?? '';
      takeDelta(known, asObject(choice['delta']));
      choices.set(at, known);
    }
  }
  const built = choices.size > 0 ? [...choices.values()] : [answer];
  return built.map(finish);
}
