import type { ShadowArm } from '../experiments/assign.ts';
import { changedCall, noteArm } from './apply-arm.ts';
import { Exchange } from './exchange.ts';
import { findWay, reserved } from './gates.ts';
import type { Gateway } from './gateway.ts';
import type { KnownRequest } from './known-request.ts';
import { failureOf } from './outcome.ts';
import { Tries } from './tries.ts';

/**
 * Calls an arm without answering anybody, over the same path as any other call, with a record of its own.
 * Never throws and never holds up the call that it accompanies.
 */
export function startShadow(
  gateway: Gateway,
  parent: Exchange,
  { asked, shadow }: { asked: KnownRequest; shadow: ShadowArm },
): void {
  if (!shadow.begin()) return;
  const exchange = openShadow(gateway, parent);
  runShadow(gateway, exchange, { asked, shadow }).catch((thrown: unknown) => {
    exchange.refuse(failureOf(gateway.log, thrown));
  });
}

function openShadow(gateway: Gateway, parent: Exchange): Exchange {
  const { clock } = gateway;
  const call = {
    ...parent.call,
    id: gateway.newId(),
    receivedAtMs: Math.floor(clock.now()),
    arrivedAt: clock.monotonic(),
  };
  const handling = { shadowOf: parent.call.id };
  const facts = { ...parent.facts, provider: 'none', servedModel: null, handling };
  return new Exchange(gateway.tools, { call, facts, style: parent.style }, null);
}

async function runShadow(
  gateway: Gateway,
  exchange: Exchange,
  { asked, shadow }: { asked: KnownRequest; shadow: ShadowArm },
): Promise<void> {
  noteArm(gateway, exchange, { change: shadow, asked });
  const known = changedCall(asked, shadow);
  const plan = findWay(gateway, exchange, known);
  if (!(await reserved(gateway, exchange, { known, plan }))) return;
  known.readsAnswer = exchange.obligations.wantUsage;
  new Tries({ exchange, request: known, plan, send: gateway.send }).start();
}
