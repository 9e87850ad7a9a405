import type { Reservation } from '../budgets/reserve.ts';
import type { Admission } from '../limits/gate.ts';
import type { RoutePlan } from '../routing/router.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import type { KnownRequest, ReadCall } from './known-request.ts';

/** Looks for a way. Throws what the router throws. */
export function findWay(gateway: Gateway, exchange: Exchange, known: KnownRequest): RoutePlan {
  const { call, facts } = exchange;
  const plan = gateway.router.plan({
    projectId: call.projectId,
    model: known.fields.model,
    operation: call.operation,
    dialect: known.ask.dialect,
    sessionId: facts.context.sessionId,
    userId: facts.context.userId,
  });
  if (plan.route !== null) facts.handling.route = plan.route;
  return plan;
}

/** English text has about four bytes a token; whoever writes otherwise is reckoned dearer. */
const BYTES_PER_TOKEN = 4;

/** Takes a place within the limits; false when there is none or the call is over: then it is told. */
export function admitted(
  gateway: Gateway,
  exchange: Exchange,
  read: ReadCall,
): boolean | Promise<boolean> {
  const { limits } = gateway;
  const { call, facts } = exchange;
  // What the program asks itself has limits of its own.
  if (limits === null || call.origin !== undefined) return true;
  const { fields, body } = read.known;
  const asked = limits.admit({
    projectId: call.projectId,
    keyId: facts.context.keyId,
    userId: facts.context.userId,
    ip: read.ip,
    model: facts.model,
    estimatedTokens:
      Math.ceil((body?.length ?? 0) / BYTES_PER_TOKEN) +
      (fields.maxOutputTokens ?? 0) * fields.answers,
  });
  // Nearly always it is known at once, and then nothing has to be waited for.
  return asked instanceof Promise
    ? asked.then((admission) => tellAdmission(exchange, admission))
    : tellAdmission(exchange, asked);
}

function tellAdmission(exchange: Exchange, admission: Admission): boolean {
  if (admission.admitted) {
    exchange.obligations.admitted(admission);
    return !exchange.settled;
  }
  const seconds = Math.max(1, Math.ceil(admission.retryAfterMs / 1000));
  exchange.refuse(
    {
      code: 'rate_limit_exceeded',
      errorType: 'rate_limited',
      errorMessage: `The limit of ${admission.limit} is reached. Try again in ${seconds} s.`,
    },
    { ...asRecord(admission.headers), 'retry-after': String(seconds) },
  );
  return false;
}

function asRecord(list: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let at = 0; at + 1 < list.length; at += 2) record[list[at] ?? ''] = list[at + 1] ?? '';
  return record;
}

/** Providers take no money for these. */
const FREE: ReadonlySet<string> = new Set(['models', 'moderations', 'count_tokens']);
/** A call that names no model, or whose body is not read, has no price that anybody could know. */
const UNNAMED = 'unnamed';

function isFree({ operation, method }: Exchange['call']): boolean {
  return FREE.has(operation) || method !== 'POST';
}

/** Takes from the budgets what the call may cost; false when it was refused or is over. */
export function reserved(
  gateway: Gateway,
  exchange: Exchange,
  { known, plan }: { known: KnownRequest; plan: RoutePlan },
): boolean | Promise<boolean> {
  const { call, facts } = exchange;
  const { budgets } = gateway;
  if (budgets === null || isFree(call) || !budgets.applies(call.projectId)) return true;
  const asked = budgets.reserve({
    interactionId: call.id,
    projectId: call.projectId,
    keyId: facts.context.keyId,
    userId: facts.context.userId,
    model: facts.model ?? UNNAMED,
    candidates: plan.candidates.map(({ provider, model }) => ({
      provider: provider.name,
      model: model ?? known.fields.model,
    })),
    inputBytes: known.body?.length ?? Number(known.contentLength ?? 0),
    maxOutputTokens: known.fields.maxOutputTokens,
    answers: known.fields.answers,
  });
  return asked instanceof Promise
    ? asked.then((reservation) => tellReservation(gateway, exchange, reservation))
    : tellReservation(gateway, exchange, asked);
}

function tellReservation(gateway: Gateway, exchange: Exchange, reservation: Reservation): boolean {
  if (reservation.granted) {
    exchange.obligations.reserved(reservation);
    return !exchange.settled;
  }
  const waitMs = reservation.resetsAt.getTime() - gateway.clock.now();
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  exchange.refuse(
    { code: 'budget_exceeded', errorType: 'rate_limited', errorMessage: reservation.message },
    { 'retry-after': seconds },
  );
  return false;
}
