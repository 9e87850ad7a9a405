import type { Assignment } from '../experiments/assign.ts';
import { changedCall, noteArm } from './apply-arm.ts';
import { readVariables } from './call-context.ts';
import type { Exchange } from './exchange.ts';
import { admitted, findWay, reserved } from './gates.ts';
import type { Gateway } from './gateway.ts';
import type { ReadCall } from './known-request.ts';
import { answeredFromCache } from './replay.ts';
import { startShadow } from './shadow.ts';
import { Tries } from './tries.ts';

/**
 * Takes a call through limits, experiment, cache and budget to whoever serves its model. Throws what the
 * router and the experiment throw; refusals of limits and budgets are told here.
 */
export async function dispatchCall(
  gateway: Gateway,
  exchange: Exchange,
  read: ReadCall,
): Promise<void> {
  const { known: asked } = read;
  const admission = admitted(gateway, exchange, read);
  if (admission !== true && !(await admission)) return;
  const assigned = gateway.arms === null ? null : assign(gateway, exchange, read);
  const known = assigned === null ? asked : changedCall(asked, assigned);
  if (assigned !== null) noteArm(gateway, exchange, { change: assigned, asked });
  if (gateway.cache !== null && (await answeredFromCache(gateway, exchange, { ...read, known }))) {
    return;
  }
  if (exchange.settled) return;
  const plan = findWay(gateway, exchange, known);
  const reservation = reserved(gateway, exchange, { known, plan });
  if (reservation !== true && !(await reservation)) return;
  if (exchange.settled) return;
  known.readsAnswer = exchange.obligations.wantUsage || exchange.obligations.wantAnswer;
  new Tries({ exchange, request: known, plan, send: gateway.send }).start();
  for (const shadow of assigned?.shadows ?? []) startShadow(gateway, exchange, { asked, shadow });
}

function assign(gateway: Gateway, exchange: Exchange, read: ReadCall): Assignment | null {
  const { call, facts } = exchange;
  const { known, headers } = read;
  // What is streamed through is never read, so nothing about it can be changed.
  if (known.body === null || gateway.arms === null) return null;
  // What the program asks itself belongs to no experiment.
  if (call.origin !== undefined) return null;
  return gateway.arms.assign({
    projectId: call.projectId,
    model: facts.model,
    operation: call.operation,
    dialect: known.ask.dialect,
    promptName: facts.context.promptName,
    promptVersion: facts.context.promptVersion,
    userId: facts.context.userId,
    sessionId: facts.context.sessionId,
    interactionId: call.id,
    variables: readVariables(headers),
  });
}
