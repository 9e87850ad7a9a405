import type { RequestFields } from './scan-request.ts';
import { topLevelValues } from './scan-request.ts';

const OPEN_BRACE = 0x7b;
const OPTION = Buffer.from('"stream_options":{"include_usage":true},');

/** Whether the usage chunk of this stream has to be asked for by us, because the caller did not. */
export function mustAskUsage(operation: string, fields: RequestFields): boolean {
  if (operation !== 'chat' && operation !== 'completions') return false;
  return fields.stream && fields.streamOptions?.['include_usage'] !== true;
}

/**
 * The same body with `stream_options.include_usage` set, by a splice of bytes: nothing else moves, so
 * numbers, field order and unknown fields reach the provider as the caller wrote them.
 */
export function askUsage(body: Buffer, fields: RequestFields): Buffer {
  const place = fields.streamOptions === null ? null : optionsRange(body);
  if (place === null) return withoutOptions(body);
  const options = Buffer.from(JSON.stringify({ ...fields.streamOptions, include_usage: true }));
  return Buffer.concat([body.subarray(0, place.start), options, body.subarray(place.end)]);
}

/** `stream_options: null` stays in place: the spliced field must come after it to count, so it is replaced. */
function withoutOptions(body: Buffer): Buffer {
  const place = body.includes('"stream_options"') ? optionsRange(body) : null;
  if (place !== null) {
    const options = Buffer.from('{"include_usage":true}');
    return Buffer.concat([body.subarray(0, place.start), options, body.subarray(place.end)]);
  }
  const open = body.indexOf(OPEN_BRACE) + 1;
  return Buffer.concat([body.subarray(0, open), OPTION, body.subarray(open)]);
}

function optionsRange(body: Buffer): { start: number; end: number } | null {
  const field = topLevelValues(body).findLast(([name]) => name === 'stream_options');
  return field === undefined ? null : field[1];
}
