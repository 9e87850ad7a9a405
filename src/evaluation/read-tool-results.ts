type Json = Readonly<Record<string, unknown>>;

/** What is read of tool results, in characters: of one, and of how many, the newest first. */
const MAX_RESULT = 50_000;
const MAX_RESULTS = 20;
const MAX_DEPTH = 6;

/**
 * What tools returned to the model, oldest first, from a request of any dialect: `tool` messages (OpenAI, Ollama),
 * `function_call_output` items (Responses), `tool_result` blocks (Anthropic), `functionResponse` parts (Gemini).
 */
export function readToolResults(request: Json): string[] {
  const turns = [request['messages'], request['input'], request['contents']]
    .filter(Array.isArray)
    .flat();
  const results = turns.flatMap((turn: unknown) => (isObject(turn) ? resultsOf(turn) : []));
  return results.slice(-MAX_RESULTS).map((text) => text.slice(0, MAX_RESULT));
}

function resultsOf(turn: Json): string[] {
  if (turn['role'] === 'tool' || turn['role'] === 'function') return texts(turn['content']);
  if (turn['type'] === 'function_call_output') return texts(turn['output']);
  const parts = [turn['content'], turn['parts']].filter(Array.isArray).flat();
  return parts.filter(isObject).flatMap((part) => {
    if (part['type'] === 'tool_result') return texts(part['content']);
    const response = part['functionResponse'];
    return isObject(response) ? texts(response['response']) : [];
  });
}

/** Every string within, joined as one text; none when there is none. */
function texts(content: unknown): string[] {
  const found: string[] = [];
  collect(content, found, 0);
  return found.length === 0 ? [] : [found.join('\n')];
}

function collect(value: unknown, found: string[], depth: number): void {
  if (typeof value === 'string') {
    if (value !== '') found.push(value);
  } else if (depth < MAX_DEPTH && Array.isArray(value)) {
    for (const item of value) collect(item, found, depth + 1);
  } else if (depth < MAX_DEPTH && isObject(value)) {
    if (typeof value['text'] === 'string') collect(value['text'], found, depth + 1);
    else for (const item of Object.values(value)) collect(item, found, depth + 1);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
