import type { Dashboard, Panel } from './panel.ts';
import { CALLS, FAILED, meanBy, percentBy, quantile, rateBy } from './queries.ts';

const SECONDS = 'llm_gateway_llm_request_duration_seconds_bucket{model=~"$model"}';
const SCORES = 'llm_evaluator_evaluation_scores{score_type="overall"}';
const SUCCEEDED = 'llm_gateway_llm_requests_total{model=~"$model",status="success"}';
const TOKENS = 'llm_gateway_token_usage_total{model=~"$model"}';
const COST = 'llm_gateway_cost_usd_total{model=~"$model"}';

const quality: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Quality Score Trend',
    description: 'Mean overall score, 1 to 5, by judge type and kind of score.',
    unit: 'none',
    queries: [
      [
        meanBy('llm_evaluator_evaluation_scores', 'judge_type, score_type'),
        '{{judge_type}} {{score_type}}',
      ],
    ],
    limits: [4, 3],
    width: 12,
  },
  {
    kind: 'timeseries',
    title: 'Quality Score Moving Averages',
    description: 'Mean overall score over 1, 6 and 24 hours.',
    unit: 'none',
    queries: [
      [meanBy(SCORES, 'judge_type', '1h'), '1 h {{judge_type}}'],
      [meanBy(SCORES, 'judge_type', '6h'), '6 h {{judge_type}}'],
      [meanBy(SCORES, 'judge_type', '24h'), '24 h {{judge_type}}'],
    ],
    limits: [4, 3],
    width: 12,
  },
  {
    kind: 'timeseries',
    title: 'Evaluation vs Request Rate',
    description: 'Whether evaluation keeps up with traffic.',
    unit: 'ops',
    queries: [
      [rateBy('llm_evaluator_evaluations_total'), 'evaluations'],
      [rateBy(CALLS), 'calls'],
    ],
    width: 12,
  },
  {
    kind: 'timeseries',
    title: 'Low Quality Share',
    description: 'Share of evaluations at or below the threshold.',
    unit: 'percent',
    queries: [
      [
        percentBy(
          'llm_evaluator_low_quality_alerts_total',
          'llm_evaluator_evaluations_total{status="success"}',
          'judge_type',
        ),
        '{{judge_type}}',
      ],
    ],
    width: 12,
  },
];

const models: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Request Rate by Model',
    description: 'Calls a second.',
    unit: 'reqps',
    queries: [[rateBy(CALLS, 'model'), '{{model}}']],
  },
  {
    kind: 'timeseries',
    title: 'Latency p95 by Model',
    description: 'From the call to the last byte of the answer.',
    unit: 's',
    queries: [[quantile(0.95, SECONDS, 'model'), '{{model}} p95']],
  },
  {
    kind: 'timeseries',
    title: 'Error Rate by Model',
    description: 'Share of calls that failed.',
    unit: 'percent',
    queries: [[percentBy(FAILED, CALLS, 'model'), '{{model}}']],
    limits: [2, 10],
  },
  {
    kind: 'timeseries',
    title: 'Success Rate by Model',
    description: 'Share of calls that were answered.',
    unit: 'percent',
    queries: [[percentBy(SUCCEEDED, CALLS, 'model'), '{{model}}']],
  },
  {
    kind: 'barchart',
    title: 'Request Volume by Model (Last Hour)',
    description: 'Calls in the last hour.',
    unit: 'short',
    queries: [
      [
        'sum by (model) (increase(llm_gateway_llm_requests_total{model=~"$model"}[1h]))',
        '{{model}}',
      ],
    ],
  },
  {
    kind: 'piechart',
    title: 'Request Distribution by Model (24h)',
    description: 'Calls in the last 24 hours.',
    unit: 'short',
    queries: [
      [
        'sum by (model) (increase(llm_gateway_llm_requests_total{model=~"$model"}[24h]))',
        '{{model}}',
      ],
    ],
  },
  {
    kind: 'table',
    title: 'Model Performance Comparison',
    description:
      'Calls a second, p95 in seconds, errors in percent, and US dollars of the last hour.',
    unit: 'none',
    queries: [
      [rateBy(CALLS, 'model'), 'rate'],
      [quantile(0.95, SECONDS, 'model'), 'p95'],
      [percentBy(FAILED, CALLS, 'model'), 'errors'],
      ['sum by (model) (increase(llm_gateway_cost_usd_total{model=~"$model"}[1h]))', 'cost'],
    ],
  },
];

const money: readonly Panel[] = [
  {
    kind: 'timeseries',
    title: 'Token Usage Rate by Model',
    description: 'Tokens a second by kind.',
    unit: 'short',
    queries: [[rateBy(TOKENS, 'model', 'type'), '{{model}} {{type}}']],
  },
  {
    kind: 'timeseries',
    title: 'Cost per Hour by Model',
    description: 'US dollars an hour at the present rate.',
    unit: 'currencyUSD',
    queries: [[`3600 * ${rateBy(COST, 'model')}`, '{{model}}']],
  },
  {
    kind: 'timeseries',
    title: 'Cost of 1,000 Calls',
    description: 'US dollars; calls without a known price count as nothing.',
    unit: 'currencyUSD',
    queries: [[`1000 * ${rateBy(COST, 'model')} / ${rateBy(CALLS, 'model')}`, '{{model}}']],
  },
  {
    kind: 'timeseries',
    title: 'Budgets: Used Share',
    description: 'Of the current period, by the account that has spent most.',
    unit: 'percentunit',
    queries: [
      [
        'max by (project, budget) (lqo_budget_used_ratio{project=~"$project"})',
        '{{project}} {{budget}}',
      ],
    ],
    limits: [0.8, 1],
  },
  {
    kind: 'timeseries',
    title: 'Budgets: Spent and Limit',
    description: 'US dollars of the current period.',
    unit: 'currencyUSD',
    queries: [
      ['max by (project, budget) (lqo_budget_spent_usd{project=~"$project"})', 'spent {{budget}}'],
      ['max by (project, budget) (lqo_budget_limit_usd{project=~"$project"})', 'limit {{budget}}'],
    ],
  },
  {
    kind: 'timeseries',
    title: 'Answer Cache',
    description: 'Look-ups a second by result.',
    unit: 'ops',
    queries: [
      [
        'sum by (result) (rate(lqo_cache_lookups_total[$__rate_interval])) or vector(0)',
        '{{result}}',
      ],
    ],
  },
];

/** What LLM-Quality-Observer's second dashboard asked of models and quality, and what things cost. */
export const analyticsDashboard: Dashboard = {
  uid: 'advanced-analytics',
  title: 'Advanced Analytics Dashboard',
  description: 'Quality, models and costs over a day.',
  tags: ['llm-quality-observer', 'analytics', 'quality', 'performance'],
  refresh: '30s',
  from: 'now-24h',
  rows: [
    { title: 'Quality', panels: quality },
    { title: 'Models', panels: models },
    { title: 'Tokens and money', panels: money },
  ],
};
