import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultOf } from './faults.ts';
import { answerWell } from './good-answer.ts';
import { type SeenTry, sendError } from './scene.ts';
import type { Timing } from './timing.ts';

export interface FaultProvider {
  readonly baseUrl: string;
  readonly origin: string;
  readonly port: number;
  readonly log: readonly SeenTry[];
  /** Tries of a scenario for a model. */
  tries(scenario: string, model: string): readonly SeenTry[];
  /** The clock of the log. */
  nowMs(): number;
  /** From now on the models that flap are down for the time of the outage. */
  beginOutage(): void;
  close(): Promise<void>;
}

/** A provider of chat completions that misbehaves: the name of the model picks how. */
export async function startFaultProvider(timing: Timing): Promise<FaultProvider> {
  const log: SeenTry[] = [];
  const startedAt = performance.now();
  let outageFrom = startedAt;
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const model = String(body['model'] ?? '');
    const scenario = String(body['user'] ?? '');
    const messages = Array.isArray(body['messages']) ? body['messages'] : [];
    const seen: SeenTry = {
      scenario,
      model,
      atMs: performance.now() - startedAt,
      number: triesOf(log, scenario, model).length + 1,
      lastRole: String((messages.at(-1) as { role?: unknown } | undefined)?.role ?? ''),
      headers: request.headers,
      action: '200',
      aborted: false,
    };
    log.push(seen);
    response.once('close', () => {
      seen.aborted = !response.writableFinished;
    });
    const streams = body['stream'] === true;
    const behave = faultOf(model);
    if (behave === null) {
      seen.action = '404';
      sendError(response, { status: 404, code: 'model_not_found' });
      return;
    }
    await behave({
      request,
      response,
      seen,
      streams,
      timing,
      recovered: performance.now() - outageFrom >= timing.outageMs,
      answer: () => answerWell({ response, streams, timing, model }),
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    baseUrl: `${origin}/v1`,
    origin,
    port,
    log,
    tries: (scenario, model) => triesOf(log, scenario, model),
    nowMs: () => performance.now() - startedAt,
    beginOutage(): void {
      outageFrom = performance.now();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function triesOf(log: readonly SeenTry[], scenario: string, model: string): readonly SeenTry[] {
  return log.filter((seen) => seen.scenario === scenario && seen.model === model);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
