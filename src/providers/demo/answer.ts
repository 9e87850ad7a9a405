import { asObject, type JsonObject } from '../json.ts';
import { composeDrafts, type DemoDraft, type DemoUsage, hashOf, usageOf } from './compose.ts';
import { writeEmbeddings } from './embed.ts';
import { DEMO_MODELS, type DemoModel } from './models.ts';
import {
  type DemoCall,
  readChatCall,
  readCompletionsCall,
  readResponsesCall,
} from './read-call.ts';
import {
  DEMO_CREATED,
  streamChat,
  streamCompletion,
  writeChat,
  writeCompletion,
} from './write-chat.ts';
import { streamResponse, writeResponse } from './write-responses.ts';

export { DEMO_MODELS, type DemoModel } from './models.ts';

/** One call to the built-in provider. `body` is the raw JSON text of the request. */
export interface DemoRequest {
  readonly method: string;
  /** Without query: `/v1/chat/completions`. */
  readonly path: string;
  readonly body: string;
  /** Behave like this model whatever the body names; for sample traffic. */
  readonly actAs?: DemoModel;
}

/** What the built-in provider answers: to be written chunk by chunk, each after its delay. */
export interface DemoAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly { readonly delayMs: number; readonly text: string }[];
  /** `cut`: the connection breaks after the last chunk, as a failing upstream's would. */
  readonly ending: 'clean' | 'cut';
}

/** Whether the model is served by the built-in provider. */
export function isDemoModel(model: string): boolean {
  return model.startsWith('demo/');
}

/** An API shape of the demo provider. */
interface Shape {
  readonly read: (body: JsonObject) => DemoCall | null;
  readonly write: (call: DemoCall, drafts: readonly DemoDraft[], usage: DemoUsage) => string;
  readonly stream: (call: DemoCall, drafts: readonly DemoDraft[], usage: DemoUsage) => string[];
  /** What a request lacks when it cannot be read. */
  readonly needs: string;
}

const NO_DRAFT: DemoDraft = { text: '', toolCalls: [], finishReason: 'stop' };

const SHAPES: Readonly<Record<string, Shape>> = {
  '/chat/completions': {
    read: readChatCall,
    write: writeChat,
    stream: streamChat,
    needs: 'messages',
  },
  '/responses': {
    read: readResponsesCall,
    write: (call, drafts, usage) => writeResponse(call, drafts[0] ?? NO_DRAFT, usage),
    stream: (call, drafts, usage) => streamResponse(call, drafts[0] ?? NO_DRAFT, usage),
    needs: 'input',
  },
  '/completions': {
    read: readCompletionsCall,
    write: writeCompletion,
    stream: streamCompletion,
    needs: 'prompt',
  },
};

/**
 * The built-in provider's answer, in OpenAI's dialect: chat completions, responses, completions,
 * embeddings and models. Pure: the same request gives the same bytes. Never throws; what it cannot
 * serve it answers with an error in the same dialect.
 */
export function answerDemo({ method, path, body, actAs }: DemoRequest): DemoAnswer {
  const endpoint = path.replace(/\?.*$/, '').replace(/^(?:\/openai)?(?:\/v1)?/, '');
  if (endpoint === '/models' || endpoint.startsWith('/models/')) return listModels(endpoint);
  const parsed = parseBody(body);
  if (parsed === null) return failure(400, 'The request body is not valid JSON.');
  const model = actAs ?? DEMO_MODELS.find((known) => known === parsed['model']);
  if (model === undefined) {
    const message = `The demo provider has no such model. It has ${DEMO_MODELS.join(', ')}.`;
    return failure(404, message, { code: 'model_not_found' });
  }
  if (endpoint === '/embeddings') return embeddings(parsed);
  const shape = Object.hasOwn(SHAPES, endpoint) ? SHAPES[endpoint] : undefined;
  if (shape === undefined || method !== 'POST') {
    return failure(404, 'The demo provider does not serve this path.', { code: 'unknown_url' });
  }
  const call = shape.read(parsed);
  if (call === null) return failure(400, `Missing required parameter: '${shape.needs}'.`);
  return respond(shape, call, model);
}

function respond(shape: Shape, call: DemoCall, model: DemoModel): DemoAnswer {
  const fault = model === 'demo/flaky' ? faultOf(call.prompt) : 'none';
  if (fault === 'rate_limited') return rateLimited();
  if (fault === 'broken' || (fault === 'cut' && !call.stream)) return brokenServer();
  const drafts = composeDrafts(call, model);
  const usage = usageOf(call, drafts);
  const pace = PACES[model === 'demo/slow' ? 'slow' : 'quick'];
  if (!call.stream) {
    const delayMs = pace.firstMs + Math.min(usage.output * pace.tokenMs, pace.mostMs);
    return json(200, shape.write(call, drafts, usage), delayMs);
  }
  const events = shape.stream(call, drafts, usage);
  const sent = fault === 'cut' ? events.slice(0, Math.ceil(events.length / 2)) : events;
  return {
    status: 200,
    headers: { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' },
    chunks: sent.map((text, at) => ({ delayMs: at === 0 ? pace.firstMs : pace.chunkMs, text })),
    ending: fault === 'cut' ? 'cut' : 'clean',
  };
}

/** Milliseconds to the first chunk, between chunks, a token, and at most for a whole answer's tokens. */
const PACES = {
  quick: { firstMs: 40, chunkMs: 6, tokenMs: 1, mostMs: 200 },
  slow: { firstMs: 1500, chunkMs: 80, tokenMs: 20, mostMs: 3000 },
} as const;

/** Of ten prompts two are refused, one breaks the server and one is cut off. */
function faultOf(prompt: string): 'none' | 'rate_limited' | 'broken' | 'cut' {
  const share = hashOf('flaky', prompt) % 10;
  if (share < 2) return 'rate_limited';
  if (share === 2) return 'broken';
  return share === 3 ? 'cut' : 'none';
}

const HEADERS: Readonly<Record<string, string>> = { 'x-lqo-provider': 'demo' };

function parseBody(body: string): JsonObject | null {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return null;
  }
}

function listModels(endpoint: string): DemoAnswer {
  const models = DEMO_MODELS.map((id) => ({
    id,
    object: 'model',
    created: DEMO_CREATED,
    owned_by: 'demo',
  }));
  if (endpoint === '/models') return json(200, JSON.stringify({ object: 'list', data: models }));
  const asked = decodeName(endpoint.slice('/models/'.length));
  const model = models.find(({ id }) => id === asked);
  return model === undefined
    ? failure(404, 'The demo provider has no such model.', { code: 'model_not_found' })
    : json(200, JSON.stringify(model));
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function embeddings(body: JsonObject): DemoAnswer {
  const text = writeEmbeddings(body);
  return text === null ? failure(400, "Missing required parameter: 'input'.") : json(200, text);
}

function json(status: number, text: string, delayMs = 5): DemoAnswer {
  return {
    status,
    headers: { ...HEADERS, 'content-type': 'application/json' },
    chunks: [{ delayMs, text }],
    ending: 'clean',
  };
}

function failure(
  status: number,
  message: string,
  { code = null, type = 'invalid_request_error' }: { code?: string | null; type?: string } = {},
): DemoAnswer {
  return json(status, JSON.stringify({ error: { message, type, param: null, code } }));
}

function rateLimited(): DemoAnswer {
  const message = 'Demo: this model refuses a share of requests. Try another prompt.';
  const refused = failure(429, message, { code: 'rate_limit_exceeded', type: 'requests' });
  return { ...refused, headers: { ...refused.headers, 'retry-after': '1' } };
}

function brokenServer(): DemoAnswer {
  const message = 'Demo: this model fails for a share of requests. Try another prompt.';
  return failure(500, message, { code: 'server_error', type: 'server_error' });
}
