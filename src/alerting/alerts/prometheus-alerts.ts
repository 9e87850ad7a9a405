import { z } from 'zod';
import type { LegacyAlert } from '../../contract/legacy-alerts.ts';
import type { Clock } from '../../core/clock.ts';
import { asError } from '../../core/errors.ts';
import { NO_SERVICE } from './alert-history.ts';

const TIMEOUT_MS = 5_000;
const MAX_ALERTS = 10_000;

const texts = z.record(z.string(), z.string()).default({});
/** `GET /api/v1/alerts` of Prometheus (HTTP API, stable v1). */
const Reply = z.object({
  status: z.literal('success'),
  data: z.object({
    alerts: z.array(
      z.object({
        labels: texts,
        annotations: texts,
        state: z.enum(['pending', 'firing']),
        activeAt: z.iso.datetime({ offset: true }),
      }),
    ),
  }),
});

/** What Prometheus alerts about at the moment, or why it cannot be told. */
export type PrometheusAnswer =
  | { readonly status: 'ok'; readonly alerts: readonly LegacyAlert[] }
  | { readonly status: 'unreachable'; readonly message: string }
  | { readonly status: 'not_configured' };

/** Asks the Prometheus server at this address (null: none) for its active alerts, newest first; waits 5 s at most. */
export async function readPrometheusAlerts(deps: {
  readonly url: string | null;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}): Promise<PrometheusAnswer> {
  if (deps.url === null) return { status: 'not_configured' };
  try {
    const address = new URL('api/v1/alerts', deps.url.endsWith('/') ? deps.url : `${deps.url}/`);
    const reply = await deps.fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!reply.ok) {
      return { status: 'unreachable', message: `Prometheus answered with status ${reply.status}.` };
    }
    const { data } = Reply.parse(await reply.json());
    const nowMs = deps.clock.now();
    const alerts = data.alerts.slice(0, MAX_ALERTS).map((alert) => toLegacy(alert, nowMs));
    alerts.sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));
    return { status: 'ok', alerts };
  } catch (thrown) {
    return { status: 'unreachable', message: problemOf(thrown) };
  }
}

function problemOf(thrown: unknown): string {
  if (thrown instanceof z.ZodError || thrown instanceof SyntaxError) {
    return 'What answers at PROMETHEUS_URL is not the API of Prometheus.';
  }
  const { name, cause } = asError(thrown);
  if (name === 'TimeoutError') return 'Prometheus did not answer within 5 seconds.';
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `Prometheus cannot be reached${code}.`;
}

function toLegacy(
  alert: z.infer<typeof Reply>['data']['alerts'][number],
  nowMs: number,
): LegacyAlert {
  const { labels, annotations, state, activeAt } = alert;
  const startMs = Date.parse(activeAt);
  return {
    alert_name: labels['alertname'] ?? 'unknown',
    severity: labels['severity'] ?? 'none',
    service: labels['service'] ?? labels['job'] ?? NO_SERVICE,
    summary: annotations['summary'] ?? '',
    description: annotations['description'] ?? '',
    started_at: new Date(startMs).toISOString(),
    ended_at: null,
    duration_seconds: Math.max(0, Math.round((nowMs - startMs) / 1000)),
    status: state,
    resolved: false,
    source: 'prometheus',
  };
}
