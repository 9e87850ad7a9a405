import { expect, it } from 'vitest';
import { createMetrics } from '../core/metrics.ts';
import { AskError, type AskRequest } from './ask.ts';
import { meterAsk } from './meter-ask.ts';

const request = (purpose: AskRequest['purpose']): AskRequest => ({
  projectId: 'p',
  model: 'demo/judge',
  purpose,
  messages: [],
  timeoutMs: 1000,
});
const answer = {
  interactionId: null,
  text: 'fine',
  finishReason: null,
  model: null,
  provider: null,
  inputTokens: null,
  outputTokens: null,
  logprobs: null,
  latencyMs: 1,
};

it('counts and times the calls of judges by outcome, and no others', async () => {
  const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  let now = 0;
  const deps = { metrics, monotonic: () => now };
  const asks = meterAsk(() => {
    now += 1500;
    return Promise.resolve(answer);
  }, deps);
  const fails = meterAsk(() => Promise.reject(new AskError('unavailable', 'Nobody.')), deps);
  expect(await asks(request('judge'))).toBe(answer);
  await asks(request('run'));
  await expect(fails(request('judge'))).rejects.toThrow('Nobody.');
  const text = await metrics.registry.metrics();
  const counted = 'llm_evaluator_llm_judge_requests_total{model="demo/judge",status=';
  expect(text).toContain(`${counted}"success"} 1`);
  expect(text).toContain(`${counted}"error"} 1`);
  const timed = 'llm_evaluator_llm_judge_request_duration_seconds';
  expect(text).toContain(`${timed}_sum{model="demo/judge"} 1.5`);
  expect(text).toContain(`${timed}_count{model="demo/judge"} 2`);
});
