import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DONE, streamEvents, streamHead } from './good-answer.ts';
import { type Fault, type Scene, sendError } from './scene.ts';
import { TRANSPORT_FAULTS } from './transport-faults.ts';

const CUT_AFTER = 41;
const STALL_AFTER = 21;
const MALFORMED_AT = 10;

async function paced(
  { response, timing }: Scene,
  events: readonly (string | Buffer)[],
): Promise<void> {
  for (const event of events) {
    if (response.destroyed) return;
    response.write(event);
    await sleep(timing.betweenTokensMs);
  }
}

function breakOff(response: ServerResponse): void {
  response.socket?.destroy();
}

async function cutStream(scene: Scene): Promise<void> {
  const { response, seen } = scene;
  seen.action = 'cut';
  streamHead(response);
  await paced(scene, streamEvents(seen.model).slice(0, CUT_AFTER));
  breakOff(response);
}

/** The faults of the sixteen scenarios, and models that are well. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'good-model': (scene) => scene.answer(),
  'good-model-without-prefill': async (scene) => {
    if (scene.seen.lastRole !== 'assistant') {
      await scene.answer();
      return;
    }
    scene.seen.action = 'prefill refused';
    sendError(scene.response, { status: 400, code: 'invalid_prefill' });
  },
  's01-limited-once': async (scene) => {
    if (scene.seen.number > 1) {
      await scene.answer();
      return;
    }
    scene.seen.action = '429';
    const seconds = String(scene.timing.retryAfterMs / 1000);
    sendError(scene.response, {
      status: 429,
      code: 'rate_limit_exceeded',
      headers: { 'retry-after': seconds },
    });
  },
  's02-limited': ({ response, seen }) => {
    seen.action = '429';
    sendError(response, { status: 429, code: 'rate_limit_exceeded' });
  },
  's03-fails-once': async (scene) => {
    if (scene.seen.number > 1) {
      await scene.answer();
      return;
    }
    scene.seen.action = '500';
    sendError(scene.response, { status: 500 });
  },
  's04-overloaded': ({ response, seen }) => {
    seen.action = '503';
    sendError(response, { status: 503, code: 'overloaded' });
  },
  's05-reset-once': async (scene) => {
    if (scene.seen.number > 1) {
      await scene.answer();
      return;
    }
    scene.seen.action = 'reset';
    scene.response.socket?.resetAndDestroy();
  },
  's06-silent': async ({ response, seen, timing }) => {
    seen.action = 'silence';
    await sleep(timing.silenceMs, null, { ref: false });
    breakOff(response);
  },
  's07-slow-first-token': async (scene) => {
    scene.seen.action = 'slow first token';
    streamHead(scene.response);
    await sleep(scene.timing.slowFirstTokenMs, null, { ref: false });
    await paced(scene, streamEvents(scene.seen.model));
    scene.response.end();
  },
  's08-cut': cutStream,
  's09-stalls': async (scene) => {
    const { response, seen, timing } = scene;
    seen.action = 'stall';
    streamHead(response);
    await paced(scene, streamEvents(seen.model).slice(0, STALL_AFTER));
    await sleep(timing.stallMs, null, { ref: false });
    breakOff(response);
  },
  's10-malformed-event': async (scene) => {
    const { response, seen } = scene;
    seen.action = 'malformed event';
    streamHead(response);
    const events = streamEvents(seen.model);
    await paced(scene, events.toSpliced(MALFORMED_AT, 0, 'data: {"choices":[{"delta":{"con\n\n'));
    response.end();
  },
  's11-no-done': async (scene) => {
    const { response, seen } = scene;
    seen.action = 'no [DONE]';
    streamHead(response);
    await paced(
      scene,
      streamEvents(seen.model).filter((event) => event !== DONE),
    );
    response.end();
  },
  's12-too-long': ({ response, seen }) => {
    seen.action = '400 context length';
    sendError(response, { status: 400, code: 'context_length_exceeded' });
  },
  's13-filtered': ({ response, seen }) => {
    seen.action = '400 content policy';
    sendError(response, { status: 400, code: 'content_policy_violation' });
  },
  's14-cut': cutStream,
  's15-flaps': async (scene) => {
    if (scene.recovered) {
      await scene.answer();
      return;
    }
    scene.seen.action = '503';
    sendError(scene.response, { status: 503, code: 'overloaded' });
  },
  's16-overloaded': ({ response, seen }) => {
    seen.action = '503';
    sendError(response, { status: 503, code: 'overloaded' });
  },
  ...TRANSPORT_FAULTS,
};

/** How a model behaves; null for one that does not exist. */
export function faultOf(model: string): Fault | null {
  return FAULTS[model] ?? null;
}
