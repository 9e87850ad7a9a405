import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { metricFactory as factory } from './metric-factory.ts';
import {
  type AlertingMetrics,
  createAlertingMetrics,
  createOperationsMetrics,
  type OperationsMetrics,
} from './metrics-of-operations.ts';

const LLM_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 45, 60, 120, 300];
const HTTP_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 60, 120,
];
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const OVERHEAD_SECONDS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1,
];
const EVALUATOR_SECONDS = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1];
/** Model names come from callers; beyond this many the rest are counted as `other`. */
const MAX_MODEL_LABELS = 200;

/** Every Prometheus metric of the program. Names and labels are part of the outside contract. */
export interface Metrics {
  readonly registry: Registry;
  /** A bounded label for a model name that a caller chose. */
  modelLabel(model: string | null): string;
  readonly gateway: ReturnType<typeof createGatewayMetrics>;
  readonly evaluator: ReturnType<typeof createEvaluatorMetrics>;
  readonly program: ReturnType<typeof createProgramMetrics>;
  readonly budgets: ReturnType<typeof createBudgetMetrics>;
  readonly limits: ReturnType<typeof createLimitMetrics>;
  readonly routing: ReturnType<typeof createRoutingMetrics>;
  readonly cache: ReturnType<typeof createCacheMetrics>;
  readonly judges: ReturnType<typeof createJudgeMetrics>;
  readonly operations: OperationsMetrics;
  readonly alerting: AlertingMetrics;
}

/** `defaults` adds the `process_*` and `nodejs_*` families; only the main thread of a process asks for them. */
export function createMetrics(options: {
  version: string;
  environment: string;
  defaults: boolean;
}): Metrics {
  const registry = new Registry();
  if (options.defaults) collectDefaultMetrics({ register: registry });
  const known = new Set<string>();
  const metrics: Metrics = {
    registry,
    modelLabel(model) {
      const name = model ?? 'unknown';
      if (known.has(name)) return name;
      if (known.size >= MAX_MODEL_LABELS || name.length > 128) return 'other';
      known.add(name);
      return name;
    },
    gateway: createGatewayMetrics(registry),
    evaluator: createEvaluatorMetrics(registry),
    program: createProgramMetrics(registry),
    budgets: createBudgetMetrics(registry),
    limits: createLimitMetrics(registry),
    routing: createRoutingMetrics(registry),
    cache: createCacheMetrics(registry),
    judges: createJudgeMetrics(registry),
    operations: createOperationsMetrics(registry),
    alerting: createAlertingMetrics(registry),
  };
  const { version, environment } = options;
  if (options.defaults) {
    metrics.gateway.info.set({ version, service: 'gateway-api', environment }, 1);
    metrics.evaluator.info.set({ version, service: 'evaluator', environment }, 1);
  }
  return metrics;
}

function createGatewayMetrics(registry: Registry) {
  const { counter, gauge, histogram } = factory(registry);
  return {
    info: gauge('llm_gateway_app_info', 'Version of the gateway.', [
      'version',
      'service',
      'environment',
    ]),
    httpRequests: counter('llm_gateway_http_requests_total', 'HTTP requests by route template.', [
      'method',
      'endpoint',
      'status',
    ]),
    httpDuration: histogram(
      'llm_gateway_http_request_duration_seconds',
      'Seconds from request to last byte.',
      { labels: ['method', 'endpoint'], buckets: HTTP_SECONDS },
    ),
    activeRequests: gauge('llm_gateway_active_requests', 'HTTP requests being answered now.', []),
    llmRequests: counter('llm_gateway_llm_requests_total', 'Calls to LLM providers by outcome.', [
      'model',
      'status',
    ]),
    llmDuration: histogram(
      'llm_gateway_llm_request_duration_seconds',
      'Seconds of a call to an LLM provider.',
      { labels: ['model'], buckets: LLM_SECONDS },
    ),
    firstToken: histogram(
      'llm_gateway_time_to_first_token_seconds',
      'Seconds to the first content byte of a stream.',
      { labels: ['model'], buckets: LLM_SECONDS },
    ),
    llmTokens: counter('llm_gateway_llm_tokens_total', 'Tokens by kind (prompt or completion).', [
      'model',
      'type',
    ]),
    tokenUsage: counter('llm_gateway_token_usage_total', 'Tokens by kind (prompt or completion).', [
      'model',
      'type',
    ]),
    cost: counter('llm_gateway_cost_usd_total', 'Cost in US dollars where a price is known.', [
      'model',
    ]),
    unpriced: counter(
      'llm_gateway_unpriced_requests_total',
      'Successful calls whose model has no known price.',
      ['model'],
    ),
    ...createStorageMetrics(registry),
    overhead: histogram('llm_gateway_overhead_seconds', 'Seconds spent in the gateway itself.', {
      labels: [],
      buckets: OVERHEAD_SECONDS,
    }),
  };
}

function createStorageMetrics(registry: Registry) {
  const { counter, histogram } = factory(registry);
  return {
    databaseQueries: counter('llm_gateway_db_queries_total', 'Statements sent to the database.', [
      'operation',
      'table',
    ]),
    databaseDuration: histogram(
      'llm_gateway_db_query_duration_seconds',
      'Seconds of a database statement.',
      { labels: ['operation', 'table'], buckets: DATABASE_SECONDS },
    ),
    logsSaved: counter(
      'llm_gateway_logs_saved_total',
      'Interactions stored, by status of the call.',
      ['status'],
    ),
  };
}

function createEvaluatorMetrics(registry: Registry) {
  const { counter, gauge, histogram } = factory(registry);
  return {
    info: gauge('llm_evaluator_app_info', 'Version of the evaluator.', [
      'version',
      'service',
      'environment',
    ]),
    evaluations: counter('llm_evaluator_evaluations_total', 'Evaluations by outcome.', [
      'judge_type',
      'status',
    ]),
    duration: histogram('llm_evaluator_evaluation_duration_seconds', 'Seconds of one evaluation.', {
      labels: ['judge_type'],
      buckets: [0.001, 0.01, ...LLM_SECONDS],
    }),
    scores: histogram('llm_evaluator_evaluation_scores', 'Scores on the scale 1 to 5.', {
      labels: ['judge_type', 'score_type'],
      buckets: [1, 2, 3, 4, 5],
    }),
    batches: counter('llm_evaluator_batch_evaluations_total', 'Evaluation batches.', [
      'judge_type',
    ]),
    batchLogs: histogram('llm_evaluator_batch_logs_processed', 'Interactions in a batch.', {
      labels: [],
      buckets: [1, 5, 10, 20, 50, 100, 500, 1000],
    }),
    notifications: counter(
      'llm_evaluator_notifications_sent_total',
      'Notifications by channel, type and outcome.',
      ['channel', 'type', 'status'],
    ),
    lowQuality: counter(
      'llm_evaluator_low_quality_alerts_total',
      'Interactions scored at or below the threshold.',
      ['judge_type'],
    ),
    ...createSchedulerMetrics(registry),
    ...createShelfMetrics(registry),
    judgeRequests: counter('llm_evaluator_llm_judge_requests_total', 'Calls to the judge model.', [
      'model',
      'status',
    ]),
    judgeDuration: histogram(
      'llm_evaluator_llm_judge_request_duration_seconds',
      'Seconds of a call to the judge model.',
      { labels: ['model'], buckets: LLM_SECONDS },
    ),
  };
}

function createSchedulerMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  return {
    schedulerRuns: counter(
      'llm_evaluator_scheduler_runs_total',
      'Runs of the scheduler by outcome.',
      ['status'],
    ),
    schedulerLastRun: gauge(
      'llm_evaluator_scheduler_last_run_timestamp_seconds',
      'Unix time of the last finished run.',
      [],
    ),
    schedulerInterval: gauge(
      'llm_evaluator_scheduler_interval_seconds',
      'Longest time between two runs of the scheduler; 0 while automatic evaluation is off.',
      [],
    ),
    pending: gauge('llm_evaluator_pending_logs', 'Interactions that wait for evaluation.', []),
    oldestPending: gauge(
      'llm_evaluator_oldest_pending_seconds',
      'How long the oldest interaction that waits for evaluation has been due.',
      [],
    ),
    lastBatchDuration: gauge(
      'llm_evaluator_last_batch_duration_seconds',
      'Seconds that the last batch of evaluations took.',
      ['judge_type'],
    ),
  };
}

/** The label is the id of an evaluator of the program, or `custom_rules`. */
function createShelfMetrics(registry: Registry) {
  const { counter, histogram } = factory(registry);
  return {
    seconds: histogram(
      'llm_evaluator_seconds',
      'Seconds that one local evaluator took over one interaction.',
      { labels: ['evaluator'], buckets: EVALUATOR_SECONDS },
    ),
    errors: counter(
      'llm_evaluator_errors_total',
      'Interactions about which a local evaluator failed; the others were written.',
      ['evaluator'],
    ),
  };
}

function createProgramMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  return {
    ledger: gauge(
      'lqo_ledger_records',
      'Records by state: accepted, stored, spooled, dropped, rejected, evaluated.',
      ['state'],
    ),
    ledgerDifference: gauge(
      'lqo_ledger_difference_records',
      'Records that the ledger cannot account for: accepted less stored, spooled, dropped and rejected.',
      [],
    ),
    spoolBytes: gauge('lqo_spool_bytes', 'Bytes in the spool.', []),
    spoolLimit: gauge('lqo_spool_limit_bytes', 'Bytes at which the spool is full.', []),
    spoolOldestSeconds: gauge(
      'lqo_spool_oldest_seconds',
      'Age of the oldest record that is not loaded yet.',
      [],
    ),
    loadErrors: counter(
      'lqo_load_errors_total',
      'Loader batches that failed and will be tried again.',
      [],
    ),
    rejected: counter(
      'lqo_rejected_records_total',
      'Records and event lines that were set aside.',
      ['reason'],
    ),
  };
}

function createLimitMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  return {
    refusals: counter('lqo_limit_refusals_total', 'Calls refused by a rate limit.', [
      'scope',
      'metric',
    ]),
    fallbacks: counter(
      'lqo_limit_fallbacks_total',
      'Admissions that a process decided alone because the shared store did not answer.',
      [],
    ),
    subjects: gauge('lqo_limit_subjects', 'Subjects of rate limits in memory.', []),
    forgotten: counter(
      'lqo_limit_forgotten_subjects_total',
      'Subjects whose use was forgotten because there were too many.',
      [],
    ),
  };
}

function createCacheMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  return {
    lookUps: counter(
      'lqo_cache_lookups_total',
      'Look-ups in the answer cache: hit, shared (waited for the same call), miss, bypass.',
      ['result'],
    ),
    storeErrors: counter(
      'lqo_cache_store_errors_total',
      'Reads and writes that the shared store of the answer cache did not do.',
      ['action'],
    ),
    removed: counter('lqo_cache_removed_total', 'Answers that left memory: size, age, emptied.', [
      'reason',
    ]),
    entries: gauge('lqo_cache_entries', 'Answers in memory.', []),
    bytes: gauge('lqo_cache_bytes', 'Bytes of answers in memory.', []),
    reusedResults: counter(
      'lqo_evaluation_reuse_total',
      'Results of costly evaluators looked for by content: hit or miss.',
      ['evaluator', 'result'],
    ),
  };
}

function createRoutingMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  const labels = ['route', 'provider', 'model'] as const;
  const observers: (() => void)[] = [];
  return {
    attempts: counter(
      'llm_gateway_target_attempts_total',
      'Tries at providers by outcome: success, or the kind of failure.',
      ['provider', 'model', 'outcome'],
    ),
    retries: counter(
      'lqo_target_retries_total',
      'Retries that were wanted at a provider: granted, or refused by its retry budget.',
      ['provider', 'result'],
    ),
    state: new Gauge({
      name: 'lqo_target_state',
      help: 'Circuit breaker of a route target in this process: 0 closed, 1 half open, 2 open.',
      labelNames: [...labels],
      registers: [registry],
      // Of several processes the sickest is shown.
      aggregator: 'max',
      // Asked for at each scrape, so that targets that are gone leave nothing behind.
      collect(): void {
        for (const observe of observers) observe();
      },
    }),
    inFlight: gauge('lqo_target_in_flight', 'Calls under way at a route target.', labels),
    failures: gauge(
      'lqo_target_window_failures',
      'Failed calls of a route target within the window of its breaker.',
      labels,
    ),
    /** Called before each scrape. */
    onScrape(observe: () => void): void {
      observers.push(observe);
    },
  };
}

function createBudgetMetrics(registry: Registry) {
  const { counter, gauge } = factory(registry);
  const labels = ['project', 'budget'] as const;
  return {
    spent: gauge(
      'lqo_budget_spent_usd',
      'US dollars spent in the current period by the account of the budget that has spent most.',
      labels,
    ),
    limit: gauge('lqo_budget_limit_usd', 'Limit of the budget in US dollars.', labels),
    used: gauge(
      'lqo_budget_used_ratio',
      'Share of the limit that was spent in the current period; 1 is the limit.',
      labels,
    ),
    reserved: gauge('lqo_budget_reserved_usd', 'US dollars held by processes and calls.', labels),
    refusals: counter('lqo_budget_refusals_total', 'Calls refused by a budget.', ['budget']),
  };
}

function createJudgeMetrics(registry: Registry) {
  const { counter } = factory(registry);
  return {
    failures: counter('lqo_judge_failures_total', 'Judgings without a verdict, by reason.', [
      'reason',
    ]),
  };
}
