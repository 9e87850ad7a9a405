import type { Dashboard, Panel } from './panel.ts';
import { CALLS, FAILED, meanBy, orZero, percentBy, quantile } from './queries.ts';

const FIRING = 'ALERTS{alertstate="firing"}';
const HTTP = 'llm_gateway_http_requests_total{endpoint!~"/metrics|/health|/ready"}';
const HTTP_FAILED =
  'llm_gateway_http_requests_total{endpoint!~"/metrics|/health|/ready",status=~"5.."}';
const HTTP_SECONDS =
  'llm_gateway_http_request_duration_seconds_bucket{endpoint!~"/api/v1/stream|/ws/metrics"}';
const NOTIFICATIONS = 'llm_evaluator_notifications_sent_total';

const now: readonly Panel[] = [
  {
    kind: 'gauge',
    title: 'Total Active Alerts',
    description: 'Alerts of Prometheus that fire now.',
    unit: 'short',
    queries: [[orZero(`count(${FIRING})`), '']],
    limits: [1, 5],
  },
  {
    kind: 'gauge',
    title: 'Critical Alerts',
    description: 'Of those, the critical ones.',
    unit: 'short',
    queries: [[orZero('count(ALERTS{alertstate="firing",severity="critical"})'), '']],
    limits: [null, 1],
  },
  {
    kind: 'gauge',
    title: 'Pending Logs (Alert Trigger)',
    description: 'Interactions that wait for evaluation.',
    unit: 'short',
    queries: [['max(llm_evaluator_pending_logs)', '']],
    limits: [100, 500],
  },
  {
    kind: 'gauge',
    title: 'Alerts of Monitors',
    description: "Open alerts of the program's own monitors, by severity.",
    unit: 'short',
    queries: [[orZero('max by (severity) (lqo_alerts_open)'), '{{severity}}']],
    limits: [1, 5],
  },
];

const history: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Currently Firing Alerts',
    description: 'How many series of each alert fire.',
    unit: 'short',
    queries: [[orZero(`sum by (alertname) (${FIRING})`), '{{alertname}}']],
    width: 16,
  },
  {
    kind: 'timeseries',
    title: 'Alert Frequency (Last Hour)',
    description: 'Minutes of the last hour in which each alert fired.',
    unit: 'm',
    queries: [
      [
        orZero(`sum by (alertname, severity) (sum_over_time(${FIRING}[1h:1m]))`),
        '{{alertname}} - {{severity}}',
      ],
    ],
  },
  {
    kind: 'piechart',
    title: 'Alerts by Severity',
    description: 'Firing now.',
    unit: 'short',
    queries: [[orZero(`sum by (severity) (${FIRING})`), '{{severity}}']],
    width: 12,
  },
  {
    kind: 'piechart',
    title: 'Alerts by Service',
    description: 'Firing now.',
    unit: 'short',
    queries: [[orZero(`sum by (service) (${FIRING})`), '{{service}}']],
    width: 12,
  },
  {
    kind: 'table',
    title: 'Active Alerts Details',
    description: 'Every firing series with its labels.',
    unit: 'none',
    queries: [[orZero(FIRING), '']],
  },
];

const triggers: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Error Rates (Alert Triggers)',
    description: 'Alerts fire above 2 and 5 %.',
    unit: 'percent',
    queries: [
      [percentBy(HTTP_FAILED, HTTP), 'HTTP 5xx'],
      [percentBy(FAILED, CALLS), 'LLM calls'],
    ],
    limits: [2, 5],
  },
  {
    kind: 'timeseries',
    title: 'Latency p95 (Alert Triggers)',
    description: 'Alerts fire above 5 and 10 s (HTTP), 10 and 30 s (models).',
    unit: 's',
    queries: [
      [quantile(0.95, HTTP_SECONDS), 'HTTP'],
      [
        quantile(0.95, 'llm_gateway_llm_request_duration_seconds_bucket{model=~"$model"}'),
        'LLM calls',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Evaluation Score Trend',
    description: 'Mean overall score over 30 minutes; alerts fire below 3 and 2.',
    unit: 'none',
    queries: [
      [
        meanBy('llm_evaluator_evaluation_scores{score_type="overall"}', 'judge_type', '30m'),
        '{{judge_type}}',
      ],
    ],
    limits: [4, 3],
  },
  {
    kind: 'timeseries',
    title: 'Circuit Breakers',
    description: '0 closed, 1 half open, 2 open.',
    unit: 'short',
    queries: [
      [
        orZero('max by (route, provider, model) (lqo_target_state)'),
        '{{route}} {{provider}} {{model}}',
      ],
    ],
    limits: [1, 2],
  },
  {
    kind: 'timeseries',
    title: 'Refused Calls',
    description: 'A second, by rate limits and budgets.',
    unit: 'ops',
    queries: [
      [orZero('sum(rate(lqo_limit_refusals_total[$__rate_interval]))'), 'rate limits'],
      [
        orZero('sum by (budget) (rate(lqo_budget_refusals_total[$__rate_interval]))'),
        'budget {{budget}}',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Budgets (Alert Triggers)',
    description: 'Alerts fire at 80 and 100 %.',
    unit: 'percentunit',
    queries: [
      [
        'max by (project, budget) (lqo_budget_used_ratio{project=~"$project"})',
        '{{project}} {{budget}}',
      ],
    ],
    limits: [0.8, 1],
  },
];

const monitors: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Monitors: Last Look',
    description: 'Seconds since any program looked at monitors; an alert fires at 300.',
    unit: 's',
    queries: [
      [
        'time() - max(lqo_monitor_last_run_timestamp_seconds > 0 or lqo_start_time_seconds)',
        'since the last look',
      ],
    ],
    limits: [120, 300],
  },
  {
    kind: 'timeseries',
    title: 'Monitors: Lag',
    description: 'How far the monitor that is furthest behind has fallen back.',
    unit: 's',
    queries: [['max(lqo_monitor_lag_seconds)', 'lag']],
    limits: [300, 600],
  },
  {
    kind: 'timeseries',
    title: 'Monitors: Rounds',
    description: 'A second, by outcome.',
    unit: 'ops',
    queries: [
      [orZero('sum by (status) (rate(lqo_monitor_runs_total[$__rate_interval]))'), '{{status}}'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Outbox',
    description: 'Messages on their way, and how long the oldest has waited in seconds.',
    unit: 'short',
    queries: [
      ['max(lqo_outbox_waiting)', 'waiting'],
      ['max(lqo_outbox_oldest_seconds)', 'oldest (s)'],
    ],
    limits: [100, 600],
  },
  {
    kind: 'timeseries',
    title: 'Deliveries by Channel',
    description: 'Tries in the last hour by outcome.',
    unit: 'short',
    queries: [
      [
        orZero(`sum by (channel, type, status) (increase(${NOTIFICATIONS}[1h]))`),
        '{{channel}} {{type}} ({{status}})',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Dead Letters',
    description: 'Messages given up, since the start of the program.',
    unit: 'short',
    queries: [[orZero('sum by (channel) (lqo_outbox_dead_total)'), '{{channel}}']],
    limits: [null, 1],
  },
];

/** What LLM-Quality-Observer's third dashboard asked of alerts, and whether alerting itself is well. */
export const alertDashboard: Dashboard = {
  uid: 'alert-history',
  title: 'Alert History & Monitoring',
  description: 'What fires, what is close to firing, and whether monitors and messages are well.',
  tags: ['llm-quality-observer', 'alerts', 'monitoring'],
  refresh: '30s',
  from: 'now-6h',
  rows: [
    { title: 'Now', panels: now },
    { title: 'Alerts', panels: history },
    { title: 'What alerts look at', panels: triggers },
    { title: 'Monitors and messages', panels: monitors },
  ],
};
