import type { Metrics } from '../core/metrics.ts';
import type { Ask } from './ask.ts';

/** The same way of asking, with the calls of judges counted and timed by model and outcome. */
export function meterAsk(
  ask: Ask,
  { metrics, monotonic }: { readonly metrics: Metrics; readonly monotonic: () => number },
): Ask {
  const { judgeRequests, judgeDuration } = metrics.evaluator;
  return async (request) => {
    if (request.purpose !== 'judge') return await ask(request);
    const model = metrics.modelLabel(request.model);
    const startedMs = monotonic();
    try {
      const answer = await ask(request);
      judgeRequests.inc({ model, status: 'success' });
      return answer;
    } catch (thrown) {
      judgeRequests.inc({ model, status: 'error' });
      throw thrown;
    } finally {
      judgeDuration.observe({ model }, (monotonic() - startedMs) / 1000);
    }
  };
}
