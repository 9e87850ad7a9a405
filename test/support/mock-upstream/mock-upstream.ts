/**
 * A mock of LLM providers on a free port of loopback. It speaks OpenAI (`/v1/…`, Azure's
 * `/openai/deployments/{d}/…`), Anthropic (`/v1/messages`), Gemini (`/v1beta/models/{m}:…`) and Ollama
 * (`/api/…`), whole and streaming.
 *
 * How to script it: the model's name picks the fault, `mock/<fault>` or `mock/<fault>-<number>` (in the
 * body, in Gemini's path, as Azure's deployment), or the header `x-mock-fault: <fault>-<number>`. Any other
 * model gets the reply of a good provider. The faults and what their number means are in `faults.ts`; the
 * requests that arrived are in `requests`, in order, and `aborted` of each tells when its caller hung up.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Json, replyTo } from './dialect.ts';
import { FAULTS, write } from './faults.ts';
import { dialectOfPath, modelInPath, replyInOtherDialect } from './other-dialects.ts';

/** A request as it reached the mock provider. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: Json;
  /** Resolves when the connection of this request closed before the answer was whole. */
  readonly aborted: Promise<void>;
}

export interface MockUpstream {
  /** Ends in `/v1`: the base URL of OpenAI's dialect. */
  readonly baseUrl: string;
  /** Without a path: the base URL of the other dialects. */
  readonly origin: string;
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

/** A provider on a free port of loopback that can be good, and bad on demand. */
export async function startMockUpstream(): Promise<MockUpstream> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: SeenRequest[],
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return;
  }
  const body = Buffer.concat(chunks);
  const json = parsed(body);
  const { method = '', url = '', headers } = request;
  const aborted = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  requests.push({ method, url, headers, body, json, aborted });
  const path = url.split('?', 1)[0] ?? '';
  const reply = replyInOtherDialect(path, json) ?? replyTo(openAiPath(path), json);
  const model = modelOf(path, json);
  const seenBefore = requests.filter((seen) => modelOf(seen.url, seen.json) === model).length - 1;
  const [, fault, amount] = faultOf(model, headers['x-mock-fault']) ?? [];
  const misbehave = fault === undefined ? undefined : FAULTS[fault];
  const dialect = dialectOfPath(path);
  const scene = { response, reply, amount: Number(amount ?? 0), dialect, seenBefore };
  if (misbehave === undefined) write(scene);
  else await misbehave(scene);
}

/** Below `/v1`, or below an Azure deployment. */
function openAiPath(path: string): string {
  return path.replace(/^\/openai\/deployments\/[^/]+/, '').replace(/^(?:\/openai)?\/v1/, '');
}

function modelOf(url: string, json: Json): string {
  const deployment = /^\/openai\/deployments\/([^/]+)/.exec(url)?.[1];
  return modelInPath(url) ?? String(json['model'] ?? decodeURIComponent(deployment ?? ''));
}

function faultOf(model: string, header: string | string[] | undefined): RegExpExecArray | null {
  const name = typeof header === 'string' ? `mock/${header}` : model;
  return /^mock\/([a-z-]+?)(?:-(\d+))?$/.exec(name);
}

function parsed(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}
