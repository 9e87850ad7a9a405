import type { Dashboard, Panel } from './panel.ts';
import { CALLS, FAILED, meanBy, orZero, percentBy, quantile, rateBy } from './queries.ts';

const HTTP = 'llm_gateway_http_requests_total';
const HTTP_SECONDS =
  'llm_gateway_http_request_duration_seconds_bucket{endpoint!~"/api/v1/stream|/ws/metrics"}';
const LLM_SECONDS = 'llm_gateway_llm_request_duration_seconds_bucket{model=~"$model"}';
const SCORES = 'llm_evaluator_evaluation_scores{score_type="overall"}';
const NOTIFICATIONS = 'llm_evaluator_notifications_sent_total';

const quantiles = (buckets: string, label: string): readonly (readonly [string, string])[] =>
  [0.5, 0.95, 0.99].map((q) => [quantile(q, buckets, label), `p${q * 100} {{${label}}}`] as const);

const now: readonly Panel[] = [
  {
    kind: 'stat',
    title: 'HTTP Request Rate',
    description: 'HTTP requests a second, scrapes and probes included.',
    unit: 'reqps',
    queries: [[rateBy(HTTP), '']],
  },
  {
    kind: 'stat',
    title: 'LLM Request Rate',
    description: 'Calls to LLM providers a second.',
    unit: 'reqps',
    queries: [[rateBy(CALLS), '']],
  },
  {
    kind: 'stat',
    title: 'LLM Errors',
    description: 'Share of calls to providers that failed.',
    unit: 'percent',
    queries: [[percentBy(FAILED, CALLS), '']],
    limits: [2, 5],
  },
  {
    kind: 'stat',
    title: 'Evaluation Rate',
    description: 'Evaluations a second.',
    unit: 'ops',
    queries: [[rateBy('llm_evaluator_evaluations_total'), '']],
  },
  {
    kind: 'stat',
    title: 'Mean Score',
    description: 'Mean overall score of the last hour, 1 to 5.',
    unit: 'none',
    queries: [[meanBy(SCORES, 'judge_type', '1h'), '{{judge_type}}']],
    limits: [4, 3],
  },
  {
    kind: 'stat',
    title: 'Pending Logs',
    description: 'Interactions that wait for evaluation.',
    unit: 'short',
    queries: [['max(llm_evaluator_pending_logs)', '']],
    limits: [10, 50],
  },
  {
    kind: 'stat',
    title: 'Notification Rate',
    description: 'Messages delivered a second.',
    unit: 'ops',
    queries: [[orZero(rateBy(`${NOTIFICATIONS}{status="success"}`)), '']],
  },
  {
    kind: 'stat',
    title: 'Cost of the Last Hour',
    description: 'US dollars of calls with a known price.',
    unit: 'currencyUSD',
    queries: [['sum(increase(llm_gateway_cost_usd_total{model=~"$model"}[1h]))', '']],
  },
];

const traffic: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'HTTP Requests by Endpoint',
    description: 'Endpoints are route templates; status is the HTTP status.',
    unit: 'reqps',
    queries: [[rateBy(HTTP, 'endpoint', 'status'), '{{endpoint}} ({{status}})']],
  },
  {
    kind: 'timeseries',
    title: 'HTTP Request Latency (p50/p95/p99)',
    description:
      'From arrival to the last byte; calls to models include the model. Streams of pages are left out.',
    unit: 's',
    queries: quantiles(HTTP_SECONDS, 'endpoint'),
  },
  {
    kind: 'timeseries',
    title: 'LLM Requests by Model',
    description: 'Calls to providers by model and outcome.',
    unit: 'reqps',
    queries: [[rateBy(CALLS, 'model', 'status'), '{{model}} ({{status}})']],
  },
  {
    kind: 'timeseries',
    title: 'LLM Request Latency by Model (p50/p95/p99)',
    description: 'From the call to the last byte of the answer.',
    unit: 's',
    queries: quantiles(LLM_SECONDS, 'model'),
  },
  {
    kind: 'timeseries',
    title: 'Time to First Token (p95)',
    description: 'Of streamed answers.',
    unit: 's',
    queries: [
      [
        quantile(0.95, 'llm_gateway_time_to_first_token_seconds_bucket{model=~"$model"}', 'model'),
        '{{model}}',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Overhead of the Gateway',
    description: 'Seconds spent in the gateway itself, without the provider.',
    unit: 's',
    queries: [
      [quantile(0.5, 'llm_gateway_overhead_seconds_bucket'), 'p50'],
      [quantile(0.99, 'llm_gateway_overhead_seconds_bucket'), 'p99'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Requests Under Way',
    description: 'HTTP requests being answered now.',
    unit: 'short',
    queries: [['sum(llm_gateway_active_requests)', 'requests']],
  },
  {
    kind: 'timeseries',
    title: 'Tries at Providers',
    description: 'By outcome; more tries than calls means retries and fallbacks.',
    unit: 'ops',
    queries: [
      [
        rateBy('llm_gateway_target_attempts_total', 'provider', 'outcome'),
        '{{provider}} ({{outcome}})',
      ],
    ],
  },
];

const quality: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Evaluations by Judge Type',
    description: 'rule: evaluators of the program; llm: judges.',
    unit: 'ops',
    queries: [
      [
        rateBy('llm_evaluator_evaluations_total', 'judge_type', 'status'),
        '{{judge_type}} ({{status}})',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Overall Score: Mean and Low Shares',
    description:
      'Mean from 1 to 5 (left); share of scores of at most 2 and 3 in percent. Quantiles of whole scores would be read off between the scores.',
    unit: 'none',
    queries: [
      [meanBy(SCORES, 'judge_type'), 'mean {{judge_type}}'],
      [
        '100 * sum by (judge_type) (rate(llm_evaluator_evaluation_scores_bucket{score_type="overall",le="2"}[$__rate_interval])) / sum by (judge_type) (rate(llm_evaluator_evaluation_scores_count{score_type="overall"}[$__rate_interval]))',
        '≤ 2 {{judge_type}} (%)',
      ],
      [
        '100 * sum by (judge_type) (rate(llm_evaluator_evaluation_scores_bucket{score_type="overall",le="3"}[$__rate_interval])) / sum by (judge_type) (rate(llm_evaluator_evaluation_scores_count{score_type="overall"}[$__rate_interval]))',
        '≤ 3 {{judge_type}} (%)',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Low Quality Alerts',
    description: 'Answers a second that were scored at or below the threshold.',
    unit: 'ops',
    queries: [
      [orZero(rateBy('llm_evaluator_low_quality_alerts_total', 'judge_type')), '{{judge_type}}'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Scheduler Runs',
    description: 'Runs of automatic evaluation in the last hour, by outcome.',
    unit: 'short',
    queries: [['sum by (status) (increase(llm_evaluator_scheduler_runs_total[1h]))', '{{status}}']],
  },
  {
    kind: 'timeseries',
    title: 'Batch Evaluation: Logs Processed',
    description: 'Interactions in a batch, on average.',
    unit: 'short',
    queries: [
      [
        'sum(rate(llm_evaluator_batch_logs_processed_sum[$__rate_interval])) / sum(rate(llm_evaluator_batch_logs_processed_count[$__rate_interval]))',
        'logs in a batch',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Age of What Waits',
    description: 'How long the oldest interaction has been due for evaluation.',
    unit: 's',
    queries: [['max(llm_evaluator_oldest_pending_seconds)', 'oldest']],
    limits: [300, 900],
  },
  {
    kind: 'timeseries',
    title: 'Seconds by Evaluator (p95)',
    description: 'One local evaluator over one interaction.',
    unit: 's',
    queries: [[quantile(0.95, 'llm_evaluator_seconds_bucket', 'evaluator'), '{{evaluator}}']],
  },
  {
    kind: 'timeseries',
    title: 'Calls to Judges',
    description: 'By model and outcome.',
    unit: 'ops',
    queries: [
      [
        orZero(rateBy('llm_evaluator_llm_judge_requests_total', 'model', 'status')),
        '{{model}} ({{status}})',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Notifications by Channel',
    description: 'Messages a second by channel and outcome.',
    unit: 'ops',
    queries: [[orZero(rateBy(NOTIFICATIONS, 'channel', 'status')), '{{channel}} ({{status}})']],
  },
];

const records: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Ledger',
    description: 'Records by state: accepted = stored + spooled + dropped + rejected.',
    unit: 'short',
    queries: [
      ['sum by (state) (lqo_ledger_records)', '{{state}}'],
      ['sum(lqo_ledger_difference_records)', 'not accounted for'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Spool',
    description: 'Bytes that wait for the database, and the limit.',
    unit: 'bytes',
    queries: [
      ['sum(lqo_spool_bytes)', 'waiting'],
      ['max(lqo_spool_limit_bytes)', 'limit'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Oldest Record in the Spool',
    description: 'How long it has waited for the database.',
    unit: 's',
    queries: [['max(lqo_spool_oldest_seconds)', 'oldest']],
    limits: [60, 600],
  },
  {
    kind: 'timeseries',
    title: 'Database Statements (p95)',
    description: 'By operation.',
    unit: 's',
    queries: [
      [
        quantile(0.95, 'llm_gateway_db_query_duration_seconds_bucket', 'operation'),
        '{{operation}}',
      ],
    ],
    limits: [1, 5],
  },
  {
    kind: 'timeseries',
    title: 'Database Errors',
    description: 'A second, by type.',
    unit: 'ops',
    queries: [[orZero(rateBy('lqo_db_errors_total', 'type')), '{{type}}']],
  },
  {
    kind: 'timeseries',
    title: 'Delay of Event Loops (p99)',
    description: 'How late a thread comes to its work.',
    unit: 's',
    queries: [['max by (thread) (lqo_event_loop_delay_seconds)', '{{thread}}']],
    limits: [0.1, 1],
  },
  {
    kind: 'timeseries',
    title: 'Memory',
    description: 'Resident memory of the main process.',
    unit: 'bytes',
    queries: [['sum by (instance) (process_resident_memory_bytes{job="lqo"})', '{{instance}}']],
  },
  {
    kind: 'timeseries',
    title: 'CPU',
    description: 'Cores in use.',
    unit: 'short',
    queries: [
      [
        'sum by (instance) (rate(process_cpu_seconds_total{job="lqo"}[$__rate_interval]))',
        '{{instance}}',
      ],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Time Since Start',
    description: 'A fall is a restart.',
    unit: 's',
    queries: [['time() - max by (instance) (lqo_start_time_seconds)', '{{instance}}']],
  },
];

/** What LLM-Quality-Observer's main dashboard asked, and the health of the program. */
export const mainDashboard: Dashboard = {
  uid: 'llm-quality-observer',
  title: 'LLM Quality Observer',
  description: 'Traffic, quality and health at a glance.',
  tags: ['llm-quality-observer', 'llm', 'quality', 'monitoring'],
  refresh: '10s',
  from: 'now-1h',
  rows: [
    { title: 'Now', panels: now },
    { title: 'Traffic', panels: traffic },
    { title: 'Quality', panels: quality },
    { title: 'Records and process', panels: records },
  ],
};
