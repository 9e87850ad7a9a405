import { type AlertRule, percent, type RuleGroup } from './alert-rule.ts';

const NOTIFICATIONS = 'llm_evaluator_notifications_sent_total';
const P95 =
  'histogram_quantile(0.95, sum by (le, operation) (rate(llm_gateway_db_query_duration_seconds_bucket[5m])))';
const CONNECTION_ERRORS = 'lqo_db_errors_total{type="connection"}';
const JUDGE_CALLS = 'llm_evaluator_llm_judge_requests_total';

function queries(
  fast: readonly [le: string, values: string],
  slow: string,
): Record<string, string> {
  const bucket = (le: string): string =>
    `llm_gateway_db_query_duration_seconds_bucket{operation="insert",table="interactions",le="${le}"}`;
  return { [bucket(fast[0])]: fast[1], [bucket(slow)]: '0+60x30', [bucket('+Inf')]: '0+60x30' };
}

function up(role: string, values: string): Record<string, string> {
  return { [`up{job="lqo",instance="a:18000",role="${role}"}`]: values };
}

const database: readonly AlertRule[] = [
  {
    alert: 'HighDatabaseLatency',
    family: 'db_latency',
    severity: 'warning',
    service: 'database',
    dashboard: 'llm-quality-observer',
    for: '5m',
    expr: `${P95} > 1`,
    summary: 'High database query latency (p95)',
    description:
      '95 % of {{ $labels.operation }} statements took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 1 s).',
    fires: { at: '20m', series: queries(['1', '0+30x30'], '2.5') },
    quiet: [{ at: '20m', series: queries(['0.5', '0+59x30'], '2.5') }],
  },
  {
    alert: 'VeryHighDatabaseLatency',
    family: 'db_latency',
    severity: 'critical',
    service: 'database',
    dashboard: 'llm-quality-observer',
    for: '2m',
    expr: `${P95} > 5`,
    summary: 'Very high database query latency (p95)',
    description:
      '95 % of {{ $labels.operation }} statements took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 5 s).',
    fires: { at: '15m', series: queries(['5', '0+30x30'], '10') },
    quiet: [{ at: '15m', series: queries(['2.5', '0+59x30'], '10') }],
  },
  {
    alert: 'DatabaseConnectionErrors',
    family: 'db_errors',
    severity: 'critical',
    service: 'database',
    dashboard: 'llm-quality-observer',
    for: '2m',
    expr: `sum(rate(${CONNECTION_ERRORS}[5m])) > 0`,
    summary: 'Database connection errors detected',
    description: '{{ printf "%.2f" $value }} connections to the database break or fail a second.',
    fires: { at: '10m', series: { [CONNECTION_ERRORS]: '0x2 1+5x30' } },
    quiet: [
      {
        at: '10m',
        series: { [CONNECTION_ERRORS]: '7x30', 'lqo_db_errors_total{type="constraint"}': '0+5x30' },
      },
    ],
  },
];

function channelFailures(channel: 'slack' | 'discord' | 'email', title: string): AlertRule {
  const sent = `${NOTIFICATIONS}{channel="${channel}"}`;
  const failed = `${NOTIFICATIONS}{channel="${channel}",status="error"}`;
  const series = (ok: string, bad: string): Record<string, string> => ({
    [`${NOTIFICATIONS}{channel="${channel}",type="alert",status="success"}`]: ok,
    [failed.replace('}', ',type="alert"}')]: bad,
  });
  return {
    alert: `${channel === 'email' ? 'Email' : title}NotificationFailures`,
    family: 'notifications',
    severity: 'warning',
    service: 'evaluator',
    dashboard: 'alert-history',
    for: '5m',
    // Messages are few: a longer look than the others'.
    expr: `${percent(`sum(rate(${failed}[15m]))`, `sum(rate(${sent}[15m]))`)} > 10`,
    summary: `High ${title} notification failure rate`,
    description: `{{ printf "%.1f" $value }} % of tries to send to ${title} failed in the last 15 minutes (limit 10 %).`,
    fires: { at: '15m', series: series('0+1x30', '0+1x30') },
    quiet: [{ at: '15m', series: series('0+1x30', '0x30') }],
  };
}

const availability: readonly AlertRule[] = [
  {
    alert: 'GatewayAPIDown',
    family: 'availability',
    severity: 'critical',
    service: 'gateway-api',
    dashboard: 'alert-history',
    for: '1m',
    expr: 'up{job="lqo",role=~"all|gateway"} == 0 or up{job="gateway-api"} == 0',
    summary: 'Gateway API service is down',
    description: 'The gateway at {{ $labels.instance }} does not answer Prometheus.',
    fires: { at: '5m', series: up('all', '1x2 0x30') },
    quiet: [{ at: '5m', series: { ...up('all', '1x30'), ...up('worker', '0x30') } }],
  },
  {
    alert: 'EvaluatorDown',
    family: 'availability',
    severity: 'critical',
    service: 'evaluator',
    dashboard: 'alert-history',
    for: '1m',
    expr: 'up{job="lqo",role=~"all|worker"} == 0 or up{job="evaluator"} == 0',
    summary: 'Evaluator service is down',
    description: 'The evaluator at {{ $labels.instance }} does not answer Prometheus.',
    fires: { at: '5m', series: up('worker', '1x2 0x30') },
    quiet: [{ at: '5m', series: { ...up('worker', '1x30'), ...up('gateway', '0x30') } }],
  },
  {
    alert: 'DashboardDown',
    family: 'availability',
    severity: 'warning',
    service: 'dashboard',
    dashboard: 'alert-history',
    for: '2m',
    expr: 'up{job="lqo",role=~"all|api"} == 0 or up{job="dashboard"} == 0',
    summary: 'Dashboard service is down',
    description: 'The dashboard at {{ $labels.instance }} does not answer Prometheus.',
    fires: { at: '6m', series: up('api', '1x2 0x30') },
    quiet: [{ at: '6m', series: { ...up('api', '1x30'), ...up('worker', '0x30') } }],
  },
  {
    alert: 'MetricsScrapeFailures',
    family: 'scrapes',
    severity: 'warning',
    service: 'prometheus',
    dashboard: 'alert-history',
    for: '3m',
    // The program's own roles have alerts of their own.
    expr: '(up unless up{job="lqo",role=~"all|gateway|worker|api"}) == 0',
    summary: 'Prometheus scrape failures detected',
    description: '{{ $labels.job }} at {{ $labels.instance }} does not answer Prometheus.',
    fires: { at: '8m', series: { 'up{job="node",instance="b:9100"}': '1x2 0x30' } },
    quiet: [
      { at: '8m', series: { 'up{job="node",instance="b:9100"}': '1x30', ...up('all', '0x30') } },
    ],
  },
  {
    alert: 'ServiceRestarted',
    family: 'restarts',
    severity: 'info',
    service: '{{ $labels.job }}',
    dashboard: 'llm-quality-observer',
    for: '1m',
    expr: 'changes(lqo_start_time_seconds[5m]) > 0 or changes(process_start_time_seconds[5m]) > 0',
    summary: 'Service restart detected',
    description:
      '{{ $labels.job }} at {{ $labels.instance }} started anew {{ printf "%.0f" $value }} times in 5 minutes.',
    fires: {
      at: '8m',
      series: { 'lqo_start_time_seconds{job="lqo",instance="a"}': '100x5 400x30' },
    },
    quiet: [{ at: '8m', series: { 'lqo_start_time_seconds{job="lqo",instance="a"}': '100x30' } }],
  },
];

const resources: readonly AlertRule[] = [
  {
    alert: 'HighMemoryUsage',
    family: 'memory',
    severity: 'warning',
    service: '{{ $labels.job }}',
    dashboard: 'llm-quality-observer',
    for: '10m',
    expr: 'process_resident_memory_bytes > 2e9',
    summary: 'High memory usage detected',
    description:
      '{{ $labels.job }} at {{ $labels.instance }} holds {{ humanize1024 $value }}B of memory (limit 2 GB).',
    fires: { at: '15m', series: { 'process_resident_memory_bytes{job="lqo"}': '2500000000x30' } },
    quiet: [{ at: '15m', series: { 'process_resident_memory_bytes{job="lqo"}': '900000000x30' } }],
  },
  {
    alert: 'PrometheusStorageNearlyFull',
    family: 'prometheus_storage',
    severity: 'warning',
    service: 'prometheus',
    dashboard: 'alert-history',
    for: '10m',
    expr: 'prometheus_tsdb_storage_blocks_bytes / (prometheus_tsdb_retention_limit_bytes > 0) > 0.9',
    summary: 'Prometheus storage nearly full',
    description:
      '{{ humanizePercentage $value }} of the size that Prometheus may use are taken (limit 90 %).',
    fires: {
      at: '15m',
      series: {
        prometheus_tsdb_storage_blocks_bytes: '95x30',
        prometheus_tsdb_retention_limit_bytes: '100x30',
      },
    },
    quiet: [
      {
        at: '15m',
        series: {
          prometheus_tsdb_storage_blocks_bytes: '1000000x30',
          prometheus_tsdb_retention_limit_bytes: '0x30',
          prometheus_tsdb_size_retentions_total: '0x30',
        },
      },
      {
        at: '15m',
        series: {
          prometheus_tsdb_storage_blocks_bytes: '50x30',
          prometheus_tsdb_retention_limit_bytes: '100x30',
        },
      },
    ],
  },
  {
    alert: 'SlowBatchProcessing',
    family: 'batches',
    severity: 'warning',
    service: 'evaluator',
    dashboard: 'llm-quality-observer',
    for: '5m',
    expr: 'max(llm_evaluator_last_batch_duration_seconds) > 300 and on () sum(increase(llm_evaluator_batch_evaluations_total[30m])) > 0',
    summary: 'Batch evaluation processing is slow',
    description:
      'The last batch of evaluations took {{ humanizeDuration $value }} (limit 5 minutes).',
    fires: {
      at: '20m',
      series: {
        'llm_evaluator_last_batch_duration_seconds{judge_type="rule"}': '400x60',
        'llm_evaluator_batch_evaluations_total{judge_type="rule"}': '0+0.1x60',
      },
    },
    quiet: [
      {
        at: '20m',
        series: {
          'llm_evaluator_last_batch_duration_seconds{judge_type="rule"}': '20x60',
          'llm_evaluator_batch_evaluations_total{judge_type="rule"}': '0+1x60',
        },
      },
      {
        at: '50m',
        series: {
          'llm_evaluator_last_batch_duration_seconds{judge_type="rule"}': '400x60',
          'llm_evaluator_batch_evaluations_total{judge_type="rule"}': '9x60',
        },
      },
    ],
  },
  {
    alert: 'LLMJudgeHighErrorRate',
    family: 'judge_errors',
    severity: 'warning',
    service: 'evaluator',
    dashboard: 'llm-quality-observer',
    for: '5m',
    expr: `(${percent(`sum(rate(${JUDGE_CALLS}{status="error"}[5m]))`, `sum(rate(${JUDGE_CALLS}[5m]))`)} > 10) and sum(increase(${JUDGE_CALLS}[5m])) >= 5`,
    summary: 'High LLM judge error rate',
    description:
      '{{ printf "%.1f" $value }} % of calls to the judge model failed in the last 5 minutes (limit 10 %).',
    fires: {
      at: '20m',
      series: {
        [`${JUDGE_CALLS}{model="j",status="success"}`]: '0+8x60',
        [`${JUDGE_CALLS}{model="j",status="error"}`]: '0+2x60',
      },
    },
    quiet: [
      {
        at: '20m',
        series: {
          [`${JUDGE_CALLS}{model="j",status="success"}`]: '0+99x60',
          [`${JUDGE_CALLS}{model="j",status="error"}`]: '0+1x60',
        },
      },
    ],
  },
];

/** Rules about the database, channels, processes and Prometheus itself. */
export const systemAlerts: RuleGroup = {
  name: 'system_alerts',
  rules: [
    ...database,
    channelFailures('slack', 'Slack'),
    channelFailures('discord', 'Discord'),
    channelFailures('email', 'email'),
    ...availability,
    ...resources,
  ],
};
