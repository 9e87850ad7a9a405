import { type AlertRule, percent, type RuleGroup } from './alert-rule.ts';

/** What people and programs ask; scrapes and probes come in idle nights, too. */
const ASKED = 'endpoint!~"/metrics|/health|/ready"';
/** Open for as long as somebody looks at a page: their time says nothing of waiting. */
const TIMED = 'endpoint!~"/metrics|/health|/ready|/api/v1/stream|/ws/metrics"';
const REQUESTS = `llm_gateway_http_requests_total{${ASKED}}`;
const RATE = `sum(rate(${REQUESTS}[2m]))`;
const P95 = `histogram_quantile(0.95, sum by (le) (rate(llm_gateway_http_request_duration_seconds_bucket{${TIMED}}[5m])))`;
/** A share of a handful of requests is no share. */
const ENOUGH = `and sum(increase(${REQUESTS}[5m])) >= 20`;

const common = { service: 'gateway-api', dashboard: 'llm-quality-observer' } as const;
const requests = 'llm_gateway_http_requests_total';
const bucket = (le: string): string =>
  `llm_gateway_http_request_duration_seconds_bucket{endpoint="/chat",le="${le}"}`;

function statusShare(status: string): string {
  const part = `sum(rate(llm_gateway_http_requests_total{status=~"${status}",${ASKED}}[5m]))`;
  return percent(part, `sum(rate(${REQUESTS}[5m]))`);
}

function answers(ok: string, bad: string, status = '500'): Record<string, string> {
  return {
    [`${requests}{endpoint="/chat",status="200"}`]: ok,
    [`${requests}{endpoint="/chat",status="${status}"}`]: bad,
  };
}

const errors: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighHTTPErrorRate',
    family: 'http_errors',
    severity: 'critical',
    for: '2m',
    expr: `(${statusShare('5..')} > 5) ${ENOUGH}`,
    summary: 'High HTTP 5xx error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of HTTP requests ended with 5xx in the last 5 minutes (limit 5 %).',
    fires: { at: '15m', series: answers('0+185x30', '0+15x30') },
    quiet: [
      { at: '15m', series: answers('0+194x30', '0+6x30') },
      { at: '15m', series: answers('0x30', '0 0 0 0 1x30') },
    ],
  },
  {
    ...common,
    alert: 'ModerateHTTPErrorRate',
    family: 'http_errors',
    severity: 'warning',
    for: '5m',
    expr: `(${statusShare('5..')} > 2) ${ENOUGH}`,
    summary: 'Moderate HTTP 5xx error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of HTTP requests ended with 5xx in the last 5 minutes (limit 2 %).',
    fires: { at: '20m', series: answers('0+194x30', '0+6x30') },
    quiet: [{ at: '20m', series: answers('0+198x30', '0+2x30') }],
  },
  {
    ...common,
    alert: 'HighHTTP4xxRate',
    family: 'http_refusals',
    severity: 'warning',
    for: '5m',
    expr: `(${statusShare('4..')} > 10) ${ENOUGH}`,
    summary: 'High HTTP 4xx error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of HTTP requests were refused with 4xx in the last 5 minutes (limit 10 %).',
    fires: { at: '20m', series: answers('0+160x30', '0+40x30', '429') },
    quiet: [{ at: '20m', series: answers('0+190x30', '0+10x30', '429') }],
  },
];

const latency: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighHTTPLatency',
    family: 'http_latency',
    severity: 'warning',
    for: '5m',
    expr: `(${P95} > 5) ${ENOUGH}`,
    summary: 'High HTTP request latency (p95)',
    description:
      '95 % of HTTP requests took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 5 s).',
    fires: {
      at: '20m',
      series: {
        [bucket('5')]: '0+50x30',
        [bucket('7.5')]: '0+60x30',
        [bucket('+Inf')]: '0+60x30',
        ...answers('0+60x30', '0x30'),
      },
    },
    quiet: [
      {
        at: '20m',
        series: {
          [bucket('1')]: '0+59x30',
          [bucket('7.5')]: '0+60x30',
          [bucket('+Inf')]: '0+60x30',
          ...answers('0+60x30', '0x30'),
        },
      },
    ],
  },
  {
    ...common,
    alert: 'VeryHighHTTPLatency',
    family: 'http_latency',
    severity: 'critical',
    for: '2m',
    expr: `(${P95} > 10) ${ENOUGH}`,
    summary: 'Very high HTTP request latency (p95)',
    description:
      '95 % of HTTP requests took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 10 s).',
    fires: {
      at: '15m',
      series: {
        [bucket('10')]: '0+30x30',
        [bucket('15')]: '0+60x30',
        [bucket('+Inf')]: '0+60x30',
        ...answers('0+60x30', '0x30'),
      },
    },
    quiet: [
      {
        at: '15m',
        series: {
          [bucket('7.5')]: '0+59x30',
          [bucket('15')]: '0+60x30',
          [bucket('+Inf')]: '0+60x30',
          ...answers('0+60x30', '0x30'),
        },
      },
    ],
  },
];

/** Nothing now, though each 5 minutes of an hour shortly before were busy; once it fires, until somebody comes. */
const SILENT = `(sum(increase(${REQUESTS}[5m])) or vector(0)) == 0`;
const WAS_STEADY = `max_over_time((min_over_time((sum(increase(${REQUESTS}[5m])))[1h:5m]))[30m:5m]) >= 10`;
const STILL_FIRING = 'count(ALERTS{alertname="NoHTTPRequests",alertstate="firing"}) > 0';
/** The same hour of the day before or the week before was as silent. */
const USUAL = `(sum(increase(${REQUESTS}[10m] offset 1d)) == 0 or sum(increase(${REQUESTS}[10m] offset 1w)) == 0)`;

const traffic: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HTTPRequestRateSpike',
    family: 'http_traffic',
    severity: 'warning',
    for: '2m',
    expr: `(${RATE} / (avg_over_time((${RATE})[15m:1m] offset 5m) > 0.1) > 3) and ${RATE} > 1`,
    summary: 'HTTP request rate spike detected',
    description:
      'HTTP requests come {{ printf "%.1f" $value }} times as often as in the quarter of an hour before (limit 3).',
    fires: { at: '34m', series: answers('0+60x30 2100+300x10', '0x40') },
    quiet: [
      { at: '34m', series: answers('0+60x30 1920+120x10', '0x40') },
      { at: '34m', series: answers('0x30 10+10x10', '0x40') },
      {
        at: '34m',
        series: {
          [`${requests}{endpoint="/a",status="200"}`]: '0+300x30 9001+1x10',
          [`${requests}{endpoint="/b",status="200"}`]: '0+10x30 600+300x10',
        },
      },
    ],
  },
  {
    ...common,
    alert: 'NoHTTPRequests',
    family: 'http_traffic',
    severity: 'critical',
    for: '5m',
    expr: `(${SILENT} and on () ((${WAS_STEADY}) or (${STILL_FIRING}))) unless on () ${USUAL}`,
    summary: 'No HTTP requests detected',
    description:
      'No HTTP request came in the last 5 minutes, after a steady hour; neither yesterday nor a week ago was this time of day silent.',
    fires: { at: '4h', series: answers('0+60x90 5400x300', '0x390') },
    quiet: [
      { at: '3h', series: answers('0+1x300', '0x300') },
      { at: '3h', series: answers('0+60x30 1800+1x30 1830x300', '0x360') },
      {
        at: '3h',
        series: {
          ...answers('0+60x300', '0x300'),
          [`${requests}{endpoint="/metrics",status="200"}`]: '0+4x300',
        },
      },
    ],
  },
];

/** Rules about HTTP requests of any kind. */
export const httpAlerts: RuleGroup = {
  name: 'http_alerts',
  rules: [...errors, ...latency, ...traffic],
};
