import { topLevelValues } from './scan-request.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * The same JSON body with another model, by a splice of bytes: nothing else moves, so numbers, field order
 * and unknown fields reach the provider as the caller wrote them.
 */
export function spliceModel(body: Buffer, model: string): Buffer {
  const name = Buffer.from(JSON.stringify(model));
  const place = topLevelValues(body).findLast(([field]) => field === 'model')?.[1];
  if (place !== undefined) {
    return Buffer.concat([body.subarray(0, place.start), name, body.subarray(place.end)]);
  }
  const open = body.indexOf(OPEN_BRACE) + 1;
  const empty = topLevelValues(body).length === 0;
  const rest = body.subarray(empty ? body.lastIndexOf(CLOSE_BRACE) : open);
  const field = Buffer.concat([Buffer.from('"model":'), name, Buffer.from(empty ? '' : ',')]);
  return Buffer.concat([body.subarray(0, open), field, rest]);
}
