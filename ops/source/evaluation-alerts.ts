import { type AlertRule, percent, type RuleGroup } from './alert-rule.ts';

const SCORES = 'llm_evaluator_evaluation_scores';
const EVALUATIONS = 'llm_evaluator_evaluations_total';
const FAILED = `${EVALUATIONS}{status="error"}`;
const PENDING = 'max(llm_evaluator_pending_logs)';
const OLDEST = 'max(llm_evaluator_oldest_pending_seconds)';
const INTERVAL = 'max(llm_evaluator_scheduler_interval_seconds)';
/** Where automatic evaluation is off, nobody waits for it. */
const UNLESS_OFF = `unless on () (${INTERVAL} == 0)`;
/** Means come from sum and count: buckets of whole scores would interpolate a 3 to 2.5. */
const mean = (range: string, before = ''): string =>
  `sum by (judge_type) (rate(${SCORES}_sum{score_type="overall"}[${range}]${before})) / sum by (judge_type) (rate(${SCORES}_count{score_type="overall"}[${range}]${before}))`;
const enough = (range: string): string =>
  `and sum by (judge_type) (increase(${SCORES}_count{score_type="overall"}[${range}])) >= 20`;

const common = { service: 'evaluator', dashboard: 'llm-quality-observer' } as const;

function scored(sum: string, count: string): Record<string, string> {
  const labels = '{judge_type="llm",score_type="overall"}';
  return { [`${SCORES}_sum${labels}`]: sum, [`${SCORES}_count${labels}`]: count };
}

function evaluated(ok: string, failed: string): Record<string, string> {
  return {
    [`${EVALUATIONS}{judge_type="rule",status="success"}`]: ok,
    [`${EVALUATIONS}{judge_type="rule",status="error"}`]: failed,
  };
}

function queue(pending: string, oldest: string, interval = '3600x60'): Record<string, string> {
  return {
    llm_evaluator_pending_logs: pending,
    llm_evaluator_oldest_pending_seconds: oldest,
    llm_evaluator_scheduler_interval_seconds: interval,
  };
}

const scores: readonly AlertRule[] = [
  {
    ...common,
    alert: 'LowEvaluationScore',
    family: 'score',
    severity: 'critical',
    for: '10m',
    expr: `(${mean('30m')} < 3) ${enough('30m')}`,
    summary: 'Low evaluation score detected',
    description:
      'The mean score by {{ $labels.judge_type }} was {{ printf "%.2f" $value }} of 5 in the last 30 minutes (limit 3).',
    fires: { at: '45m', series: scored('0+25x60', '0+10x60') },
    quiet: [
      { at: '45m', series: scored('0+30x60', '0+10x60') },
      { at: '45m', series: scored('0x20 10x40', '0x20 10x40') },
    ],
  },
  {
    ...common,
    alert: 'VeryLowEvaluationScore',
    family: 'score',
    severity: 'critical',
    for: '5m',
    expr: `(${mean('30m')} < 2) ${enough('30m')}`,
    summary: 'Very low evaluation score detected',
    description:
      'The mean score by {{ $labels.judge_type }} was {{ printf "%.2f" $value }} of 5 in the last 30 minutes (limit 2).',
    fires: { at: '45m', series: scored('0+15x60', '0+10x60') },
    quiet: [{ at: '45m', series: scored('0+20x60', '0+10x60') }],
  },
  {
    ...common,
    alert: 'EvaluationScoreDrop',
    family: 'score_drop',
    severity: 'warning',
    for: '5m',
    expr: `(((${mean('15m')}) / (${mean('1h', ' offset 30m')})) < 0.8) ${enough('15m')}`,
    summary: 'Evaluation score drop detected',
    description:
      'The mean score by {{ $labels.judge_type }} is {{ printf "%.2f" $value }} times what it was before (limit 0.8).',
    fires: { at: '120m', series: scored('0+40x90 3620+20x60', '0+10x150') },
    quiet: [
      { at: '120m', series: scored('0+40x90 3636+36x60', '0+10x150') },
      { at: '120m', series: scored('0+40x90 3600x20 3601x40', '0+10x90 900x20 901x40') },
    ],
  },
  {
    ...common,
    alert: 'HighLowQualityRate',
    family: 'low_quality',
    severity: 'warning',
    for: '10m',
    expr: `(sum(rate(llm_evaluator_low_quality_alerts_total[10m])) > 0.1) unless (sum(rate(llm_evaluator_low_quality_alerts_total[10m])) < 0.1 * sum(rate(${EVALUATIONS}{status="success"}[10m])))`,
    summary: 'High rate of low-quality answers',
    description:
      '{{ printf "%.2f" $value }} answers a second are scored at or below the threshold (limit 0.1), and they are more than a tenth of all.',
    fires: {
      at: '40m',
      series: {
        'llm_evaluator_low_quality_alerts_total{judge_type="rule"}': '0+12x60',
        ...evaluated('0+60x60', '0x60'),
      },
    },
    quiet: [
      {
        at: '40m',
        series: {
          'llm_evaluator_low_quality_alerts_total{judge_type="rule"}': '0+12x60',
          ...evaluated('0+6000x60', '0x60'),
        },
      },
      {
        at: '40m',
        series: { 'llm_evaluator_low_quality_alerts_total{judge_type="rule"}': '0+3x60' },
      },
    ],
  },
];

const flow: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighPendingLogs',
    family: 'pending',
    severity: 'warning',
    for: '10m',
    expr: `((${PENDING} > 100) unless on () (${OLDEST} < 300)) ${UNLESS_OFF}`,
    summary: 'High number of pending logs for evaluation',
    description:
      '{{ printf "%.0f" $value }} interactions wait for evaluation (limit 100), and not just for a moment.',
    fires: { at: '20m', series: queue('200x60', '400+60x60') },
    quiet: [
      { at: '20m', series: queue('90x60', '400x60') },
      { at: '20m', series: queue('2000x60', '4x60') },
      { at: '20m', series: queue('2000x60', '4000x60', '0x60') },
    ],
  },
  {
    ...common,
    alert: 'VeryHighPendingLogs',
    family: 'pending',
    severity: 'critical',
    for: '5m',
    expr: `((${PENDING} > 500) unless on () (${OLDEST} < 300)) ${UNLESS_OFF}`,
    summary: 'Very high number of pending logs for evaluation',
    description:
      '{{ printf "%.0f" $value }} interactions wait for evaluation (limit 500), and not just for a moment.',
    fires: { at: '15m', series: queue('9000x60', '400+60x60') },
    quiet: [{ at: '15m', series: queue('400x60', '400+60x60') }],
  },
  {
    ...common,
    alert: 'EvaluationRateDrop',
    family: 'evaluation_flow',
    severity: 'warning',
    for: '10m',
    expr: `((sum(rate(${EVALUATIONS}{judge_type="rule"}[15m])) or vector(0)) < 0.01) and on () (${OLDEST} > ${INTERVAL}) and on () (${INTERVAL} > 0)`,
    summary: 'Evaluation rate is very low',
    description:
      '{{ printf "%.4f" $value }} evaluations a second (limit 0.01), while interactions wait longer than the interval of the scheduler.',
    fires: {
      at: '30m',
      series: { ...queue('50x60', '3700+60x60'), ...evaluated('0+0.2x60', '0x60') },
    },
    quiet: [
      { at: '30m', series: { ...queue('0x60', '0x60'), ...evaluated('0x60', '0x60') } },
      { at: '30m', series: { ...queue('50x60', '100+60x60'), ...evaluated('0x60', '0x60') } },
      { at: '30m', series: { ...queue('50x60', '3700+60x60'), ...evaluated('0+60x60', '0x60') } },
    ],
  },
  {
    ...common,
    alert: 'NoEvaluationsRunning',
    family: 'evaluation_flow',
    severity: 'critical',
    for: '10m',
    expr: `((sum(increase(${EVALUATIONS}{judge_type="rule"}[15m])) or vector(0)) == 0) and on () (${OLDEST} > clamp_min(${INTERVAL}, 900)) and on () (${INTERVAL} > 0)`,
    summary: 'No evaluations running',
    description:
      'Nothing was evaluated for 15 minutes, while interactions wait longer than the interval of the scheduler.',
    fires: { at: '30m', series: { ...queue('50x60', '3700+60x60'), ...evaluated('7x60', '0x60') } },
    quiet: [
      { at: '30m', series: { ...queue('0x60', '0x60'), ...evaluated('7x60', '0x60') } },
      { at: '30m', series: { ...queue('50x60', '100+60x60'), ...evaluated('7x60', '0x60') } },
      {
        at: '30m',
        series: { ...queue('50x60', '3700+60x60', '0x60'), ...evaluated('7x60', '0x60') },
      },
      { at: '30m', series: { ...queue('50x60', '3700+60x60'), ...evaluated('0+0.1x60', '0x60') } },
    ],
  },
  {
    ...common,
    alert: 'SchedulerNotRunning',
    family: 'evaluation_flow',
    severity: 'critical',
    for: '5m',
    expr: `(time() - max((llm_evaluator_scheduler_last_run_timestamp_seconds >= on (job, instance) lqo_start_time_seconds) or on (job, instance) lqo_start_time_seconds)) > clamp_min(2 * max(llm_evaluator_scheduler_interval_seconds > 0), 600)`,
    summary: 'Evaluation scheduler has not run recently',
    description:
      'The scheduler last ran {{ humanizeDuration $value }} ago: more than twice its interval (7200 s at the default of 60 minutes).',
    fires: {
      at: '140m',
      series: {
        llm_evaluator_scheduler_last_run_timestamp_seconds: '600x200',
        lqo_start_time_seconds: '0x200',
        llm_evaluator_scheduler_interval_seconds: '3600x200',
      },
    },
    quiet: [
      {
        at: '140m',
        series: {
          llm_evaluator_scheduler_last_run_timestamp_seconds: '600x61 4200x140',
          lqo_start_time_seconds: '0x200',
          llm_evaluator_scheduler_interval_seconds: '3600x200',
        },
      },
      {
        at: '140m',
        series: {
          llm_evaluator_scheduler_last_run_timestamp_seconds: '600x200',
          lqo_start_time_seconds: '0x200',
          llm_evaluator_scheduler_interval_seconds: '0x200',
        },
      },
      {
        at: '140m',
        series: {
          llm_evaluator_scheduler_last_run_timestamp_seconds: '60x200',
          lqo_start_time_seconds: '0x100 6000x100',
          llm_evaluator_scheduler_interval_seconds: '3600x200',
        },
      },
    ],
  },
];

const failures: readonly AlertRule[] = [
  {
    ...common,
    alert: 'HighEvaluationErrorRate',
    family: 'evaluation_errors',
    severity: 'warning',
    for: '5m',
    expr: `(${percent(`sum(rate(${FAILED}[5m]))`, `sum(rate(${EVALUATIONS}[5m]))`)} > 5) and sum(increase(${EVALUATIONS}[5m])) >= 10`,
    summary: 'High evaluation error rate detected',
    description:
      '{{ printf "%.1f" $value }} % of evaluations failed in the last 5 minutes (limit 5 %).',
    fires: { at: '20m', series: evaluated('0+50x60', '0+5x60') },
    quiet: [{ at: '20m', series: evaluated('0+98x60', '0+2x60') }],
  },
  {
    ...common,
    alert: 'JudgeTypeHighErrorRate',
    family: 'evaluation_errors',
    severity: 'warning',
    for: '5m',
    expr: `(${percent(`sum by (judge_type) (rate(${FAILED}[5m]))`, `sum by (judge_type) (rate(${EVALUATIONS}[5m]))`)} > 10) and sum by (judge_type) (increase(${EVALUATIONS}[5m])) >= 10`,
    summary: 'High error rate for specific judge type',
    description:
      '{{ printf "%.1f" $value }} % of evaluations by {{ $labels.judge_type }} failed in the last 5 minutes (limit 10 %).',
    fires: { at: '20m', series: evaluated('0+40x60', '0+10x60') },
    quiet: [{ at: '20m', series: evaluated('0+95x60', '0+5x60') }],
  },
  {
    ...common,
    alert: 'HighEvaluationLatency',
    family: 'evaluation_latency',
    severity: 'warning',
    for: '5m',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(llm_evaluator_evaluation_duration_seconds_bucket[5m]))) > 30',
    summary: 'High evaluation latency (p95)',
    description:
      '95 % of evaluations took up to {{ humanizeDuration $value }} in the last 5 minutes (limit 30 s).',
    fires: {
      at: '20m',
      series: {
        'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="30"}': '0+10x60',
        'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="45"}': '0+20x60',
        'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="+Inf"}': '0+20x60',
      },
    },
    quiet: [
      {
        at: '20m',
        series: {
          'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="20"}': '0+20x60',
          'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="45"}': '0+20x60',
          'llm_evaluator_evaluation_duration_seconds_bucket{judge_type="llm",le="+Inf"}': '0+20x60',
        },
      },
    ],
  },
];

/** Rules about evaluation and what it says of quality. */
export const evaluationAlerts: RuleGroup = {
  name: 'evaluation_alerts',
  rules: [...scores, ...flow, ...failures],
};
