import { answerDemo } from '../providers/demo/answer.ts';
import type { Target } from '../routing/router.ts';
import type { AnswerSink } from './attempt.ts';
import type { KnownRequest } from './known-request.ts';
import { playDemo } from './play-demo.ts';
import type { Pools } from './pools.ts';
import type { PreparedRequest } from './prepare-request.ts';

/** Where an answer goes, and what it answers. */
export interface Receiver {
  readonly sink: AnswerSink;
  readonly known: KnownRequest;
}

/** Sends a request to a target; everything that comes back goes to the sink. Never throws. */
export type Send = (target: Target, request: PreparedRequest, receiver: Receiver) => void;

/** Sends over the network, or lets the built-in provider answer. */
export function createSend(pools: Pools): Send {
  return (target, request, { sink }) => {
    if (target.provider.kind !== 'demo') {
      pools.send(target.provider, request, sink);
      return;
    }
    const path = `/v1${request.path.split('?', 1)[0] ?? ''}`;
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    playDemo(answerDemo({ method: request.method, path, body }), sink);
  };
}
