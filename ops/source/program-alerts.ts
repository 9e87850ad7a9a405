import type { AlertRule, RuleGroup } from './alert-rule.ts';

const common = { service: 'lqo', dashboard: 'llm-quality-observer' } as const;
const FULL = 'lqo_spool_bytes / (lqo_spool_limit_bytes > 0)';

function spool(bytes: string): Record<string, string> {
  return { lqo_spool_bytes: bytes, lqo_spool_limit_bytes: '1000x60' };
}

const records: readonly AlertRule[] = [
  {
    ...common,
    alert: 'SpoolFilling',
    family: 'spool_size',
    severity: 'warning',
    for: '5m',
    expr: `${FULL} > 0.5`,
    summary: 'The spool is filling up',
    description:
      '{{ humanizePercentage $value }} of the spool is taken (limit 50 %): records wait for the database.',
    fires: { at: '10m', series: spool('600x60') },
    quiet: [{ at: '10m', series: spool('400x60') }],
  },
  {
    ...common,
    alert: 'SpoolNearlyFull',
    family: 'spool_size',
    severity: 'critical',
    for: '1m',
    expr: `${FULL} > 0.9`,
    summary: 'The spool is nearly full',
    description:
      '{{ humanizePercentage $value }} of the spool is taken (limit 90 %): records will be dropped or calls refused.',
    fires: { at: '5m', series: spool('950x60') },
    quiet: [{ at: '5m', series: spool('850x60') }],
  },
  {
    ...common,
    alert: 'SpoolLoadingLate',
    family: 'spool_age',
    severity: 'warning',
    for: '5m',
    expr: 'lqo_spool_oldest_seconds > 60',
    summary: 'Records wait long for the database',
    description:
      'The oldest record in the spool has waited {{ humanizeDuration $value }} (limit 60 s).',
    fires: { at: '10m', series: { lqo_spool_oldest_seconds: '70+60x60' } },
    quiet: [{ at: '10m', series: { lqo_spool_oldest_seconds: '0 90 0 90 0x60' } }],
  },
  {
    ...common,
    alert: 'SpoolLoadingStalled',
    family: 'spool_age',
    severity: 'critical',
    for: '2m',
    expr: 'lqo_spool_oldest_seconds > 600',
    summary: 'Records do not reach the database',
    description:
      'The oldest record in the spool has waited {{ humanizeDuration $value }} (limit 10 minutes).',
    fires: { at: '10m', series: { lqo_spool_oldest_seconds: '700+60x60' } },
    quiet: [{ at: '10m', series: { lqo_spool_oldest_seconds: '300x60' } }],
  },
  {
    ...common,
    alert: 'LoaderFailing',
    family: 'loader',
    severity: 'warning',
    for: '5m',
    expr: 'sum(increase(lqo_load_errors_total[5m])) > 0',
    summary: 'The loader fails and tries again',
    description:
      'Loading failed {{ printf "%.0f" $value }} times in 5 minutes; records wait in the spool.',
    fires: { at: '12m', series: { lqo_load_errors_total: '0 0 1+6x60' } },
    quiet: [{ at: '12m', series: { lqo_load_errors_total: '0 3x60' } }],
  },
  {
    ...common,
    alert: 'RecordsDropped',
    family: 'ledger',
    severity: 'critical',
    for: '0m',
    expr: 'sum(delta(lqo_ledger_records{state="dropped"}[10m])) > 0',
    summary: 'Records were dropped',
    description:
      '{{ printf "%.0f" $value }} records were dropped in 10 minutes because the spool was full or its disk failed.',
    fires: { at: '10m', series: { 'lqo_ledger_records{state="dropped"}': '0x4 20x60' } },
    quiet: [
      {
        at: '30m',
        series: {
          'lqo_ledger_records{state="dropped"}': '20x60',
          'lqo_ledger_records{state="stored"}': '0+60x60',
        },
      },
    ],
  },
  {
    ...common,
    alert: 'RecordsRejected',
    family: 'ledger',
    severity: 'warning',
    for: '0m',
    expr: 'sum(delta(lqo_ledger_records{state="rejected"}[15m])) > 0',
    summary: 'Records were set aside',
    description:
      '{{ printf "%.0f" $value }} records could not be read or stored in 15 minutes; they are in DATA_DIR/rejected.',
    fires: { at: '10m', series: { 'lqo_ledger_records{state="rejected"}': '0x4 2x60' } },
    quiet: [{ at: '30m', series: { 'lqo_ledger_records{state="rejected"}': '2x60' } }],
  },
  {
    ...common,
    alert: 'LedgerDoesNotBalance',
    family: 'ledger_balance',
    severity: 'critical',
    for: '10m',
    expr: 'abs(lqo_ledger_difference_records) > 0',
    summary: 'The ledger does not balance',
    description: '{{ printf "%.0f" $value }} records cannot be accounted for.',
    fires: { at: '15m', series: { lqo_ledger_difference_records: '-3x60' } },
    quiet: [{ at: '15m', series: { lqo_ledger_difference_records: '0 2 0 0 3 0x60' } }],
  },
];

const loop = 'lqo_event_loop_delay_seconds';

const process: readonly AlertRule[] = [
  {
    ...common,
    alert: 'EventLoopSlow',
    family: 'event_loop',
    severity: 'warning',
    for: '5m',
    expr: `${loop}{thread!="background"} > 0.1`,
    summary: 'The event loop is slow',
    description:
      'Thread {{ $labels.thread }} comes {{ humanizeDuration $value }} late (p99, limit 0.1 s): calls wait for it.',
    fires: { at: '10m', series: { [`${loop}{thread="main"}`]: '0.3x60' } },
    quiet: [
      {
        at: '10m',
        series: {
          [`${loop}{thread="main"}`]: '0.02x60',
          [`${loop}{thread="background"}`]: '0.3x60',
        },
      },
      { at: '10m', series: { [`${loop}{thread="main"}`]: '0.02x5 0.3 0.02x60' } },
    ],
  },
  {
    ...common,
    alert: 'EventLoopBlocked',
    family: 'event_loop',
    severity: 'critical',
    for: '2m',
    expr: `${loop} > 1`,
    summary: 'The event loop is blocked',
    description:
      'Thread {{ $labels.thread }} comes {{ humanizeDuration $value }} late (p99, limit 1 s).',
    fires: { at: '6m', series: { [`${loop}{thread="background"}`]: '2x60' } },
    quiet: [{ at: '6m', series: { [`${loop}{thread="background"}`]: '0.5x60' } }],
  },
  {
    ...common,
    alert: 'ProviderCircuitOpen',
    family: 'providers',
    severity: 'warning',
    for: '5m',
    expr: 'max by (route, provider, model) (lqo_target_state) == 2',
    summary: 'A provider is left out',
    description:
      'The circuit breaker of {{ $labels.provider }} ({{ $labels.model }}) on route {{ $labels.route }} is open.',
    fires: { at: '10m', series: { 'lqo_target_state{route="r",provider="p",model="m"}': '2x60' } },
    quiet: [
      { at: '10m', series: { 'lqo_target_state{route="r",provider="p",model="m"}': '0 2 1 0x60' } },
    ],
  },
];

const used = 'lqo_budget_used_ratio{project="a",budget="Team"}';

const spending: readonly AlertRule[] = [
  {
    ...common,
    alert: 'BudgetNearlySpent',
    family: 'budget',
    severity: 'warning',
    for: '1m',
    expr: 'max by (project, budget) (lqo_budget_used_ratio) >= 0.8',
    summary: 'A budget is nearly spent',
    description:
      '{{ humanizePercentage $value }} of budget {{ $labels.budget }} of project {{ $labels.project }} are spent (limit 80 %).',
    fires: { at: '5m', series: { [used]: '0.85x60' } },
    quiet: [{ at: '5m', series: { [used]: '0.7x60' } }],
  },
  {
    ...common,
    alert: 'BudgetExceeded',
    family: 'budget',
    severity: 'critical',
    for: '1m',
    expr: 'max by (project, budget) (lqo_budget_used_ratio) >= 1',
    summary: 'A budget is spent',
    description:
      '{{ humanizePercentage $value }} of budget {{ $labels.budget }} of project {{ $labels.project }} are spent: calls may be refused.',
    fires: { at: '5m', series: { [used]: '1.02x60' } },
    quiet: [{ at: '5m', series: { [used]: '0.95x60' } }],
  },
];

const started = { lqo_start_time_seconds: '0x60' } as const;

const alerting: readonly AlertRule[] = [
  {
    ...common,
    alert: 'EvaluationLagHigh',
    family: 'evaluation_lag',
    severity: 'warning',
    for: '5m',
    expr: 'max(llm_evaluator_oldest_pending_seconds) > 900 unless on () (max(llm_evaluator_scheduler_interval_seconds) == 0)',
    summary: 'Evaluation lags behind',
    description:
      'The oldest interaction has waited {{ humanizeDuration $value }} for evaluation (limit 15 minutes).',
    fires: {
      at: '10m',
      series: {
        llm_evaluator_oldest_pending_seconds: '1000+60x60',
        llm_evaluator_scheduler_interval_seconds: '3600x60',
      },
    },
    quiet: [
      {
        at: '10m',
        series: {
          llm_evaluator_oldest_pending_seconds: '300x60',
          llm_evaluator_scheduler_interval_seconds: '3600x60',
        },
      },
      {
        at: '10m',
        series: {
          llm_evaluator_oldest_pending_seconds: '9000x60',
          llm_evaluator_scheduler_interval_seconds: '0x60',
        },
      },
    ],
  },
  {
    ...common,
    dashboard: 'alert-history',
    alert: 'OutboxNotDraining',
    family: 'outbox',
    severity: 'warning',
    for: '10m',
    expr: 'min_over_time((max(lqo_outbox_waiting))[10m:1m]) > 0 and on () (max(lqo_outbox_oldest_seconds) > 600 or max(lqo_outbox_waiting) > 100)',
    summary: 'Messages wait for delivery',
    description: '{{ printf "%.0f" $value }} messages have waited for more than 10 minutes.',
    fires: {
      at: '40m',
      series: { lqo_outbox_waiting: '0 3x60', lqo_outbox_oldest_seconds: '0+60x60' },
    },
    quiet: [
      {
        at: '40m',
        series: { lqo_outbox_waiting: '0 3 0 500 0x60', lqo_outbox_oldest_seconds: '0x60' },
      },
      { at: '40m', series: { lqo_outbox_waiting: '3x60', lqo_outbox_oldest_seconds: '20x60' } },
    ],
  },
  {
    ...common,
    dashboard: 'alert-history',
    alert: 'MessagesGivenUp',
    family: 'dead_letters',
    severity: 'warning',
    for: '0m',
    // A counter that begins with its first dead letter has no increase.
    expr: '(sum by (channel) (lqo_outbox_dead_total) - (sum by (channel) (lqo_outbox_dead_total offset 15m) or 0 * sum by (channel) (lqo_outbox_dead_total))) > 0',
    summary: 'Messages were given up',
    description:
      '{{ printf "%.0f" $value }} messages to {{ $labels.channel }} were given up in 15 minutes.',
    fires: { at: '25m', series: { 'lqo_outbox_dead_total{channel="slack"}': '_x19 1x60' } },
    quiet: [{ at: '50m', series: { 'lqo_outbox_dead_total{channel="slack"}': '_x19 1x60' } }],
  },
  {
    ...common,
    dashboard: 'alert-history',
    alert: 'MonitorsStandingStill',
    family: 'monitors',
    severity: 'critical',
    for: '5m',
    expr: '(time() - max((lqo_monitor_last_run_timestamp_seconds >= on (job, instance) lqo_start_time_seconds) or on (job, instance) lqo_start_time_seconds)) > 300',
    summary: 'Monitors stand still',
    description:
      'No program has looked at monitors for {{ humanizeDuration $value }} (limit 5 minutes).',
    fires: {
      at: '20m',
      series: { ...started, lqo_monitor_last_run_timestamp_seconds: '0+60x5 300x60' },
    },
    quiet: [
      { at: '20m', series: { ...started, lqo_monitor_last_run_timestamp_seconds: '0+60x60' } },
      {
        at: '20m',
        series: {
          'lqo_start_time_seconds{instance="gateway"}': '0x60',
          'lqo_start_time_seconds{instance="worker"}': '0x60',
          'lqo_monitor_last_run_timestamp_seconds{instance="gateway"}': '0x60',
          'lqo_monitor_last_run_timestamp_seconds{instance="worker"}': '0+60x60',
        },
      },
    ],
  },
  {
    ...common,
    dashboard: 'alert-history',
    alert: 'MonitorsLate',
    family: 'monitors',
    severity: 'warning',
    for: '5m',
    expr: 'max(lqo_monitor_lag_seconds) > 600',
    summary: 'Monitors lag behind',
    description:
      'The monitor that is furthest behind has fallen back {{ humanizeDuration $value }} (limit 10 minutes).',
    fires: { at: '10m', series: { lqo_monitor_lag_seconds: '700x60' } },
    quiet: [{ at: '10m', series: { lqo_monitor_lag_seconds: '0 3000 900 60x60' } }],
  },
];

/** Rules about the program: spool, ledger, event loops, budgets, evaluation lag, messages and monitors. */
export const programAlerts: RuleGroup = {
  name: 'program_alerts',
  rules: [...records, ...process, ...spending, ...alerting],
};
