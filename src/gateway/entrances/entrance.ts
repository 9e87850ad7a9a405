import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../core/http.ts';
import type { DialectId } from '../../providers/dialect.ts';
import type { Gateway } from '../gateway.ts';
import { handleCall } from '../handle-call.ts';
import type { Ask } from '../known-request.ts';
import { styleOf } from '../reply-style.ts';

export const TAGS = ['gateway'];
export const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers are for programs: headers that guard web pages would only cost time on every call. */
export function rawRoute<Name extends DialectId>(
  dialect: Name,
): {
  readonly config: { readonly scope: 'gateway'; readonly dialect: Name };
  readonly helmet: false;
} {
  return { config: { scope: 'gateway', dialect }, helmet: false };
}

/** Answers calls of one kind; `ask` says what a request asks for. */
export function answers(
  gateway: Gateway,
  dialect: DialectId,
  ask: (request: FastifyRequest) => Omit<Ask, 'dialect' | 'style'>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const style = styleOf(dialect);
  return (request, reply) =>
    handleCall(gateway, { request, reply }, { dialect, style, ...ask(request) });
}

/** Routes of one client API. */
export type Entrance = (app: App, gateway: Gateway) => void;
