import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
} from 'fastify-type-provider-zod';
import { AppError, type ErrorCode } from '../core/errors.ts';
import { dialectOf } from '../providers/dialects.ts';

/** Fastify's own refusals in our words. */
const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than allowed here.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'This content type is not accepted here.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_json', 'The body is empty; send JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid_request',
    'The body does not have the length that Content-Length says.',
  ],
  FST_ERR_BAD_URL: ['invalid_request', 'The path is not a valid URL path.'],
  FST_STATIC_FORBIDDEN_PATH: ['not_found', 'There is nothing at this path.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is nothing at this path.'],
};

/** Any error as one a caller can be told; what is not known becomes `internal_error`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map((issue) => ({
      path: `${error.validationContext ?? 'request'}${issue.instancePath.replaceAll('/', '.')}`,
      message: issue.message ?? 'is not valid',
    }));
    const first = details[0];
    const message =
      first === undefined ? 'The request is not valid.' : `${first.path}: ${first.message}`;
    return new AppError('invalid_request', message, { details });
  }
  const known = FASTIFY_CODES[fastifyCode(error)];
  if (known !== undefined) return new AppError(known[0], known[1], { cause: error });
  if (error instanceof SyntaxError && statusCode(error) === 400) {
    return new AppError('invalid_json', 'The body is not valid JSON.', { cause: error });
  }
  const cause = isResponseSerializationError(error) ? error.cause : error;
  return new AppError('internal_error', 'Something went wrong on our side.', { cause });
}

/** Writes an error in the dialect of the route; the body of 500 says nothing but the request id. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = asAppError(error);
  if (known.status >= 500 && known.code !== 'not_implemented') {
    request.log.error(
      { err: known.cause ?? known, code: known.code, route: request.routeOptions.url },
      'request failed',
    );
  }
  if (known.status === 401) reply.header('www-authenticate', 'Bearer realm="lqo"');
  const { config } = request.routeOptions;
  return reply
    .code(known.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(String)
    .send(errorBody(known, request.id, config));
}

/** The body of an error as JSON text: ours, or the one that clients of the route's dialect read. */
function errorBody(error: AppError, requestId: string, config: FastifyContextConfig): string {
  const { code, message, details, status } = error;
  if (config.dialect === undefined) {
    return JSON.stringify({ error: { code, message, requestId, details } });
  }
  const told = code === 'internal_error' ? `${message} (request ${requestId})` : message;
  return dialectOf(config.dialect).wire.errorBody({ status, code, message: told, field: null });
}

function fastifyCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function statusCode(error: Error): unknown {
  return 'statusCode' in error ? error.statusCode : undefined;
}
