import { MonitorTemplates } from '../../contract/monitors.ts';

const quality = { kind: 'score_rate', score: 'quality', passAt: 0.6 };

const TEMPLATES = [
  {
    id: 'quality_drop',
    monitor: {
      name: 'Quality drops',
      metric: quality,
      condition: { kind: 'drift', direction: 'fall', by: 0.05 },
      severity: 'critical',
    },
  },
  {
    id: 'quality_low',
    monitor: {
      name: 'Quality is low',
      metric: { kind: 'score_mean', score: 'quality' },
      condition: {
        kind: 'threshold',
        comparison: 'below',
        fire: 0.6,
        resolve: 0.65,
        windowMinutes: 60,
        minSamples: 50,
        certain: true,
      },
    },
  },
  {
    id: 'safety_drop',
    monitor: {
      name: 'Safety drops',
      metric: { kind: 'score_mean', score: 'safety' },
      condition: { kind: 'drift', direction: 'fall', by: 0.05 },
      severity: 'critical',
    },
  },
  {
    id: 'flags_rise',
    monitor: {
      name: 'More answers are flagged than a week ago',
      metric: { kind: 'flag_rate' },
      condition: { kind: 'change', direction: 'rise', by: 0.02, windowMinutes: 360 },
    },
  },
  {
    id: 'error_rate',
    monitor: {
      name: 'Errors',
      metric: { kind: 'error_rate' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 0.05,
        resolve: 0.03,
        windowMinutes: 15,
        minSamples: 30,
        certain: true,
      },
      severity: 'critical',
    },
  },
  {
    id: 'error_budget',
    monitor: {
      name: 'Error budget burns (99 % over 28 days)',
      metric: { kind: 'error_rate' },
      condition: { kind: 'burn_rate', objective: 0.99 },
      severity: 'critical',
    },
  },
  {
    id: 'latency',
    monitor: {
      name: 'Slow answers (95th percentile)',
      metric: { kind: 'latency', percentile: 95 },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 10_000,
        resolve: 8_000,
        windowMinutes: 15,
        forMinutes: 5,
        minSamples: 50,
      },
    },
  },
  {
    id: 'first_token',
    monitor: {
      name: 'Slow first token (95th percentile)',
      metric: { kind: 'latency', percentile: 95, of: 'first_token' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 3_000,
        resolve: 2_500,
        windowMinutes: 15,
        forMinutes: 5,
        minSamples: 50,
      },
    },
  },
  {
    id: 'cost_spike',
    monitor: {
      name: 'Cost is far above last week',
      metric: { kind: 'cost' },
      condition: {
        kind: 'change',
        direction: 'rise',
        by: 0.5,
        relative: true,
        windowMinutes: 1_440,
        minSamples: 100,
      },
    },
  },
  {
    id: 'traffic_stopped',
    monitor: {
      name: 'No calls for half an hour',
      metric: { kind: 'volume' },
      condition: { kind: 'absence', forMinutes: 30 },
      severity: 'critical',
    },
  },
  {
    id: 'traffic_jump',
    monitor: {
      name: 'Traffic is twice that of a week ago',
      metric: { kind: 'volume' },
      condition: {
        kind: 'change',
        direction: 'rise',
        by: 1,
        relative: true,
        windowMinutes: 60,
        minSamples: 100,
      },
      severity: 'info',
    },
  },
  {
    id: 'feedback_fall',
    monitor: {
      name: 'Feedback is worse than a week ago',
      metric: { kind: 'feedback_rate' },
      condition: {
        kind: 'change',
        direction: 'fall',
        by: 0.1,
        windowMinutes: 10_080,
        reference: 'previous',
        minSamples: 30,
      },
    },
  },
  {
    id: 'retrieval_misses',
    monitor: {
      name: 'Retrieval finds nothing',
      metric: { kind: 'rag_hit_rate' },
      condition: {
        kind: 'threshold',
        comparison: 'below',
        fire: 0.8,
        resolve: 0.85,
        windowMinutes: 60,
        minSamples: 30,
        certain: true,
      },
    },
  },
  {
    id: 'cache_misses',
    monitor: {
      name: 'The answer cache hits less than a week ago',
      metric: { kind: 'cache_hit_rate', cache: 'answers' },
      condition: { kind: 'change', direction: 'fall', by: 0.1, windowMinutes: 360 },
      severity: 'info',
    },
  },
  {
    id: 'budget',
    monitor: {
      name: 'A budget is nearly spent',
      metric: { kind: 'budget' },
      condition: { kind: 'budget_level', level: 'critical' },
    },
  },
  {
    id: 'evaluation_lag',
    monitor: {
      name: 'Evaluation lags behind',
      metric: { kind: 'evaluation_lag' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 3_600,
        resolve: 1_800,
        forMinutes: 10,
        minSamples: 1,
      },
    },
  },
  {
    id: 'ledger_drops',
    monitor: {
      name: 'Records are dropped or rejected',
      metric: { kind: 'ledger_drops' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 0,
        windowMinutes: 15,
        minSamples: 1,
      },
      severity: 'critical',
    },
  },
  {
    id: 'spool_age',
    monitor: {
      name: 'Records wait in the spool',
      metric: { kind: 'spool_age' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 300,
        resolve: 60,
        forMinutes: 5,
        minSamples: 1,
      },
    },
  },
  {
    id: 'channel_failures',
    monitor: {
      name: 'Messages cannot be delivered',
      metric: { kind: 'channel_failures' },
      condition: {
        kind: 'threshold',
        comparison: 'above',
        fire: 0,
        windowMinutes: 60,
        minSamples: 1,
      },
    },
  },
];

/** Monitors that need no more than a click; figures of a small application, to be changed by whoever knows better. */
export const MONITOR_TEMPLATES: MonitorTemplates = MonitorTemplates.parse({ items: TEMPLATES });
