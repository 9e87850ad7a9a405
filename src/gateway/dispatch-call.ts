import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import type { KnownRequest } from './known-request.ts';
import { Tries } from './tries.ts';

/** A call whose request is read. */
export interface ReadCall {
  readonly known: KnownRequest;
  readonly headers: IncomingHttpHeaders;
  /** The caller's address as the server sees it. */
  readonly ip: string;
}

/** Takes a call through limits, experiment, cache and budget to whoever serves its model. */
export async function dispatchCall(
  gateway: Gateway,
  exchange: Exchange,
  { known }: ReadCall,
): Promise<void> {
  startTries(gateway, exchange, known);
}

/** Looks for a way and sets out. Throws what the router throws. */
export function startTries(gateway: Gateway, exchange: Exchange, known: KnownRequest): void {
  const { call, facts } = exchange;
  const plan = gateway.router.plan({
    projectId: call.projectId,
    model: facts.model,
    operation: call.operation,
    dialect: known.ask.dialect,
    sessionId: facts.context.sessionId,
    userId: facts.context.userId,
  });
  if (plan.route !== null) facts.handling.route = plan.route;
  new Tries({ exchange, request: known, plan, send: gateway.send }).start();
}
