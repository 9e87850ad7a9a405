import type { ArmChange, Assignment, ShadowArm } from '../experiments/assign.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { KeptBody } from './kept-body.ts';
import { KnownRequest, parseBody } from './known-request.ts';
import { scanRequest } from './scan-request.ts';
import { spliceModel } from './splice-model.ts';

/** The request as an arm or a rendered prompt changes it: body first, then the model's name. */
export function changedCall(asked: KnownRequest, change: ArmChange): KnownRequest {
  const body = rewrittenBody(asked, change);
  if (body === null) return asked;
  const { model } = change;
  const { ask, method, contentLength } = asked;
  const raw = { rawHeaders: [...asked.rawHeaders] };
  const rest = { raw, method, contentLength };
  const said = scanRequest(body, ask.dialect);
  const fields = { ...said, model: asked.fields.model, stream: asked.fields.stream };
  if (model === null) return new KnownRequest({ ...rest, ask, body, fields });
  const named = { ...fields, model };
  if (ask.pathFor !== undefined) {
    const path = ask.pathFor(model);
    return new KnownRequest({ ...rest, ask: { ...ask, path, model }, body, fields: named });
  }
  const spliced = spliceModel(body, model);
  const changed = ask.model == null ? ask : { ...ask, model };
  return new KnownRequest({ ...rest, ask: changed, body: spliced, fields: named });
}

function rewrittenBody({ body }: KnownRequest, { rewrite }: ArmChange): Buffer | null {
  if (body === null || rewrite === null) return body;
  return Buffer.from(JSON.stringify(rewrite(parseBody(body))));
}

/**
 * Notes an arm in the record: the exposure, the prompt and the request as the arm made it. The model stays
 * the one that the caller named.
 */
export function noteArm(
  gateway: Gateway,
  exchange: Exchange,
  { change, asked }: { change: Assignment | ShadowArm; asked: KnownRequest },
): void {
  const { facts } = exchange;
  if (change.exposure !== null) facts.handling.exposure = change.exposure;
  const { promptName, promptVersion } = change;
  if (promptName !== null) facts.context = { ...facts.context, promptName, promptVersion };
  if (change.rewrite === null) return;
  const body = changedCall(asked, { ...change, model: null }).body;
  if (body === null) return;
  const kept = new KeptBody(gateway.config.GATEWAY_KEEP_BODY_BYTES);
  kept.add(body);
  facts.request = kept;
}
