import { type AlertRule, percent, type RuleGroup } from './alert-rule.ts';

const CALLS = 'llm_gateway_llm_requests_total';
const FAILED = `${CALLS}{status="error"}`;
const TOKENS = 'llm_gateway_token_usage_total';
const ENOUGH = `and sum(increase(${CALLS}[5m])) >= 20`;
const ENOUGH_OF_MODEL = `and sum by (model) (increase(${CALLS}[5m])) >= 10`;
const P95 =
  'histogram_quantile(0.95, sum by (le, model) (rate(llm_gateway_llm_request_duration_seconds_bucket[5m])))';

const common = { service: 'gateway-api', dashboard: 'llm-quality-observer' } as const;

function calls(ok: string, failed: string): Record<string, string> {
  return {
    [`${CALLS}{model="m",status="success"}`]: ok,
    [`${CALLS}{model="m",status="error"}`]: failed,
  };
}

function took(fast: readonly [le: string, values: string], slow: string): Record<string, string> {
  const bucket = (le: string): string =>
    `llm_gateway_llm_request_duration_seconds_bucket{model="m",le="${le}"}`;
  return {
    [bucket(fast[0])]: fast[1],
    [bucket(slow)]: '0+60x30',
    [bucket('+Inf')]: '0+60x30',
    ...calls('0+60x30', '0x30'),
  };
}

const share = percent(`sum(rate(${FAILED}[5m]))`, `sum(rate(${CALLS}[5m]))`);
const shareOfModel = percent(
  `sum by (model) (rate(${FAILED}[5m]))`,
  `sum by (model) (rate(${CALLS}[5m]))`,
);

const errors: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighLLMErrorRate',
    family: 'llm_errors',
    severity: 'critical',
    for: '3m',
    expr: `(${share} > 5) ${ENOUGH}`,
    summary: 'High LLM error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of calls to LLM providers failed in the last 5 minutes (limit 5 %).',
    fires: { at: '15m', series: calls('0+90x30', '0+10x30') },
    quiet: [
      { at: '15m', series: calls('0+97x30', '0+3x30') },
      { at: '15m', series: calls('0x30', '0 0 0 1x30') },
    ],
  },
  {
    ...common,
    alert: 'ModerateLLMErrorRate',
    family: 'llm_errors',
    severity: 'warning',
    for: '5m',
    expr: `(${share} > 2) ${ENOUGH}`,
    summary: 'Moderate LLM error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of calls to LLM providers failed in the last 5 minutes (limit 2 %).',
    fires: { at: '20m', series: calls('0+97x30', '0+3x30') },
    quiet: [{ at: '20m', series: calls('0+99x30', '0+1x30') }],
  },
  {
    ...common,
    alert: 'ModelHighErrorRate',
    family: 'llm_model_errors',
    severity: 'warning',
    for: '5m',
    expr: `(${shareOfModel} > 10) ${ENOUGH_OF_MODEL}`,
    summary: 'High error rate for specific model',
    description:
      '{{ printf "%.1f" $value }} % of calls to {{ $labels.model }} failed in the last 5 minutes (limit 10 %).',
    fires: { at: '20m', series: calls('0+40x30', '0+10x30') },
    quiet: [
      { at: '20m', series: calls('0+95x30', '0+5x30') },
      { at: '20m', series: calls('0x30', '0 0 0 1x30') },
    ],
  },
];

const latency: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighLLMLatency',
    family: 'llm_latency',
    severity: 'warning',
    for: '5m',
    expr: `(${P95} > 10) ${ENOUGH_OF_MODEL}`,
    summary: 'High LLM request latency (p95)',
    description:
      '95 % of calls to {{ $labels.model }} took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 10 s).',
    fires: { at: '20m', series: took(['10', '0+30x30'], '20') },
    quiet: [{ at: '20m', series: took(['5', '0+59x30'], '20') }],
  },
  {
    ...common,
    alert: 'VeryHighLLMLatency',
    family: 'llm_latency',
    severity: 'critical',
    for: '2m',
    expr: `(${P95} > 30) ${ENOUGH_OF_MODEL}`,
    summary: 'Very high LLM request latency (p95)',
    description:
      '95 % of calls to {{ $labels.model }} took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 30 s).',
    fires: { at: '15m', series: took(['30', '0+30x30'], '45') },
    quiet: [{ at: '15m', series: took(['20', '0+59x30'], '45') }],
  },
];

const RATE_5M = `sum(rate(${CALLS}[5m]))`;
const HOUR_BEFORE = `avg_over_time((${RATE_5M})[1h:5m] offset 10m)`;
const SILENT = `(sum(increase(${CALLS}[10m])) or vector(0)) == 0`;
const WAS_STEADY = `max_over_time((min_over_time((sum(increase(${CALLS}[10m])))[1h:10m]))[30m:10m]) >= 10`;
const STILL_FIRING = 'count(ALERTS{alertname="NoLLMRequests",alertstate="firing"}) > 0';
const USUAL = `(sum(increase(${CALLS}[20m] offset 1d)) == 0 or sum(increase(${CALLS}[20m] offset 1w)) == 0)`;
const TOKENS_A_MINUTE = `60 * sum(rate(${TOKENS}[5m]))`;

const traffic: readonly AlertRule[] = [
  {
    ...common,
    alert: 'LLMRequestRateDrop',
    family: 'llm_traffic',
    severity: 'warning',
    for: '5m',
    expr: `((${RATE_5M} / (${HOUR_BEFORE} > 0.1)) < 0.5) unless on () (sum(rate(${CALLS}[30m] offset 1d)) < 0.5 * ${HOUR_BEFORE})`,
    summary: 'LLM request rate drop detected',
    description:
      'Calls to LLM providers come {{ printf "%.2f" $value }} times as often as in the hour before (limit 0.5), and yesterday at this time they did not.',
    fires: { at: '105m', series: calls('0+60x90 5410+10x30', '0x120') },
    quiet: [
      { at: '105m', series: calls('0+60x90 5440+40x30', '0x120') },
      { at: '105m', series: calls('0+1x90 90x30', '0x120') },
      {
        at: '105m',
        series: {
          [`${CALLS}{model="old",status="success"}`]: '0+60x90 5400x30',
          [`${CALLS}{model="new",status="success"}`]: '0x90 60+60x30',
        },
      },
    ],
  },
  {
    ...common,
    alert: 'NoLLMRequests',
    family: 'llm_traffic',
    severity: 'warning',
    for: '10m',
    expr: `(${SILENT} and on () ((${WAS_STEADY}) or (${STILL_FIRING}))) unless on () ${USUAL}`,
    summary: 'No LLM requests detected',
    description:
      'No call to an LLM provider came in the last 10 minutes, after a steady hour; neither yesterday nor a week ago was this time of day silent.',
    fires: { at: '5h', series: calls('0+60x120 7200x300', '0x420') },
    quiet: [
      { at: '4h', series: calls('0x300', '0x300') },
      { at: '4h', series: calls('0+60x60 3600+0.5x60 3630x200', '0x320') },
    ],
  },
  {
    ...common,
    alert: 'HighTokenUsage',
    family: 'tokens',
    severity: 'warning',
    for: '5m',
    expr: `(${TOKENS_A_MINUTE} > 100000) unless (${TOKENS_A_MINUTE} < 2 * avg_over_time((${TOKENS_A_MINUTE})[1d:10m] offset 1h))`,
    summary: 'High token usage rate detected',
    description:
      '{{ printf "%.0f" $value }} tokens a minute in the last 5 minutes (limit 100000), at least twice the mean of the day before.',
    fires: {
      at: '20m',
      series: {
        [`${TOKENS}{model="m",type="prompt"}`]: '0+90000x30',
        [`${TOKENS}{model="m",type="completion"}`]: '0+60000x30',
      },
    },
    quiet: [
      { at: '20m', series: { [`${TOKENS}{model="m",type="prompt"}`]: '0+80000x30' } },
      { at: '3h', series: { [`${TOKENS}{model="m",type="prompt"}`]: '0+150000x200' } },
    ],
  },
];

/** Rules about calls to LLM providers. */
export const llmAlerts: RuleGroup = {
  name: 'llm_alerts',
  rules: [...errors, ...latency, ...traffic],
};
