import { rateInterval } from '../statistics/intervals.ts';
import { type Check, DAY_MS, type DoctorTools, type Found, found, inPercent } from './finding.ts';
import { askOllama } from './ollama.ts';

/** Below this many calls a rate says too little. */
const CALLS_NEEDED = 20;
/** A rate is bad only where its whole interval is. */
const WARN_ERRORS = 0.02;
const FAIL_ERRORS = 0.1;
const PROVIDER_WARN = 0.98;
const PROVIDER_FAIL = 0.9;

/** Whether the API answers with all it depends on, and whether the dashboard is served. */
export const responds: Check = async (tools, { signal }) => {
  const url = await tools.url();
  if (url === null) {
    return found(['skipped', 'no_gateway'], 'No program that answers calls is known here.', {
      advice: 'Set LQO_GATEWAY_URL to the base URL of the program that answers.',
    });
  }
  const problem = await readyProblem(tools, url, signal);
  if (problem !== null) {
    return found(['fail', 'not_ready'], `The program is not ready: ${problem}.`, {
      figures: { problem },
      advice: 'Look at GET /ready and at the log of the program.',
    });
  }
  const page = await tools.fetch(new URL('/', url), { signal, redirect: 'manual' });
  await page.body?.cancel();
  return page.status < 400
    ? found(['ok', 'answers'], 'The API is ready and the dashboard is served.')
    : found(['warn', 'no_pages'], 'The API is ready, but the dashboard is not served here.', {
        figures: { httpStatus: page.status },
        advice: 'Build it with "npm run build", or look at the dashboard where it is served.',
      });
};

async function readyProblem(
  tools: DoctorTools,
  url: string,
  signal: AbortSignal,
): Promise<string | null> {
  const reply = await tools.fetch(new URL('/ready', url), { signal });
  const body: unknown = await reply.json().catch(() => null);
  if (reply.ok) return null;
  const checks =
    typeof body === 'object' && body !== null && 'checks' in body && Array.isArray(body.checks)
      ? (body.checks as { name?: unknown; problem?: unknown }[])
      : [];
  const named = checks.flatMap(({ name, problem }) =>
    problem == null ? [] : [`${String(name)}: ${String(problem)}`],
  );
  return named.length === 0 ? `status ${reply.status}` : named.join(', ');
}

const LOST_ADVICE =
  'Look at the ledger on the Overview page, at the free space of DATA_DIR and at SPOOL_MAX_BYTES.';

/** Whether calls and events come in, and whether every accepted record is accounted for. */
export const recording: Check = async (tools, { projectId }) => {
  const books = await tools.books();
  const { dropped, rejected, spooled } = books;
  if (!books.balanced || dropped > 0) {
    return found(
      ['fail', 'records_lost'],
      `${dropped} records were dropped or are unaccounted for.`,
      {
        figures: { dropped, rejected },
        advice: LOST_ADVICE,
      },
    );
  }
  const problem = tools.loadingProblem();
  if (problem !== null) {
    return found(['fail', 'records_wait'], `${spooled} records wait to be loaded: ${problem}`, {
      figures: { spooled, problem },
      advice: 'They are safe in the spool; look at the database and the log.',
    });
  }
  const counts = await arrivals(tools, projectId);
  const figures = { ...counts, rejected };
  if (counts.day > 0) {
    const text = `${counts.day} calls and events in 24 hours, all accounted for.`;
    return found(['ok', 'records_arrive'], text, { figures });
  }
  return counts.week === 0
    ? found(['skipped', 'nothing_recorded'], 'Nothing was recorded in the last eight days.', {
        advice: 'Send a call through the gateway, or put event files into TRACE_DIR.',
      })
    : found(
        ['warn', 'records_stopped'],
        `Nothing came in for 24 hours; in the week before it were ${counts.week} records.`,
        { figures, advice: 'Look whether applications still call this gateway with their keys.' },
      );
};

/** Counts up to a bound: whether anything came matters, not how much of very much. */
const COUNT_TO = 1_000_000;

async function arrivals(
  { database, clock }: DoctorTools,
  projectId: string,
): Promise<{ day: number; week: number }> {
  const nowMs = clock.now();
  const dayAgo = new Date(nowMs - DAY_MS);
  const count = async (from: Date, to: Date): Promise<number> => {
    const [row] = await database.query<{ n: number }>(
      `select (select count(*) from (select 1 from interactions where project_id = $1 and created_at >= $2
           and created_at < $3 limit ${COUNT_TO}) i)
         + (select count(*) from (select 1 from spans where project_id = $1 and created_at >= $2
           and created_at < $3 limit ${COUNT_TO}) s) as n`,
      [projectId, from, to],
    );
    return row?.n ?? 0;
  };
  return {
    day: await count(dayAgo, new Date(nowMs + DAY_MS)),
    week: await count(new Date(nowMs - 8 * DAY_MS), dayAgo),
  };
}

interface ProviderRow {
  readonly provider: string;
  readonly tries: number;
  readonly answered: number;
}

/** Whether each provider that was asked in 24 hours answered, and whether a configured Ollama is there. */
export const providers: Check = async (tools, { projectId, signal }) => {
  const ollama = tools.ollamaUrl === null ? null : await askOllama(tools, tools.ollamaUrl, signal);
  const rows = await tools.database.query<ProviderRow>(
    `select provider, sum(attempts)::bigint as tries,
       coalesce(sum(attempts) filter (where outcome in ('success', 'invalid_request')), 0)::bigint as answered
     from attempt_rollups
     where project_id = $1 and at >= $2 and outcome not in ('client_closed', 'shutdown', 'unknown')
     group by provider order by tries desc limit 100`,
    [projectId, new Date(tools.clock.now() - DAY_MS)],
  );
  const failing = worstProvider(rows);
  if (ollama?.problem != null) {
    return found(['fail', 'ollama_away'], `Ollama does not answer: ${ollama.problem}.`, {
      figures: { problem: ollama.problem },
      advice: 'Start it with "ollama serve", or correct OLLAMA_BASE_URL.',
    });
  }
  if (failing !== null) return failing;
  if (ollama !== null && ollama.installed.length === 0) {
    return found(['warn', 'ollama_empty'], 'Ollama answers, but has no model.', {
      advice: 'Fetch one with "ollama pull".',
    });
  }
  const figures = {
    providers: rows.length,
    ...(ollama === null
      ? {}
      : { loaded: ollama.loaded.join(', '), memoryBytes: ollama.memoryBytes }),
  };
  if (rows.length === 0 && ollama === null) {
    return found(['skipped', 'no_tries'], 'No provider was asked in 24 hours.');
  }
  const loaded =
    ollama === null
      ? ''
      : ` Ollama has ${ollama.loaded.length} of ${ollama.installed.length} models loaded.`;
  const text = `Providers asked in 24 hours: ${rows.length}, and they answer.${loaded}`;
  return found(['ok', 'providers_answer'], text, { figures });
};

function worstProvider(rows: readonly ProviderRow[]): Found | null {
  const judged = rows
    .map((row) => ({ ...row, estimate: rateInterval(row.answered, row.tries) }))
    .filter(({ tries, estimate }) => tries >= CALLS_NEEDED && (estimate.high ?? 1) < PROVIDER_WARN)
    .toSorted((a, b) => (a.estimate.value ?? 1) - (b.estimate.value ?? 1));
  const [worst] = judged;
  if (worst === undefined) return null;
  const { provider, estimate } = worst;
  const status = (estimate.high ?? 1) < PROVIDER_FAIL ? 'fail' : 'warn';
  return found(
    [status, 'provider_fails'],
    `${provider} answered ${inPercent(estimate.value ?? 0)} of ${estimate.n} tries in 24 hours.`,
    {
      figures: { provider, answeredShare: estimate.value ?? 0, tries: estimate.n },
      estimate,
      advice: 'Look at Availability on the Models page; test the provider in Settings.',
    },
  );
}

/** The share of calls of 24 hours that failed, and of those that ran out of time. */
export const errors: Check = async (tools, { projectId }) => {
  const from = new Date(tools.clock.now() - DAY_MS);
  const [usage] = await tools.database.query<{ n: number; errors: number }>(
    `select coalesce(sum(requests), 0)::bigint as n, coalesce(sum(errors), 0)::bigint as errors
     from usage_rollups where project_id = $1 and grain = 'hour' and slice = 'all' and at >= $2`,
    [projectId, from],
  );
  const [late] = await tools.database.query<{ n: number }>(
    `select coalesce(sum(errors), 0)::bigint as n from error_rollups
     where project_id = $1 and grain = 'hour' and at >= $2 and error_type like 'timeout%'`,
    [projectId, from],
  );
  const estimate = rateInterval(usage?.errors ?? 0, usage?.n ?? 0);
  const figures = {
    n: estimate.n,
    needed: CALLS_NEEDED,
    errorShare: estimate.value ?? 0,
    timeoutShare: estimate.n === 0 ? 0 : (late?.n ?? 0) / estimate.n,
  };
  if (estimate.n < CALLS_NEEDED) {
    const text = `Not enough data: ${estimate.n} of ${CALLS_NEEDED} calls in 24 hours.`;
    return found(['skipped', 'too_few_calls'], text, { figures, estimate });
  }
  const text = `${inPercent(figures.errorShare)} of ${estimate.n} calls failed in 24 hours, ${inPercent(figures.timeoutShare)} by a timeout.`;
  const low = estimate.low ?? 0;
  if (low < WARN_ERRORS) return found(['ok', 'few_errors'], text, { figures, estimate });
  return found([low < FAIL_ERRORS ? 'warn' : 'fail', 'many_errors'], text, {
    figures,
    estimate,
    advice: 'Look at Recent errors on the Overview page: which type, which model, since when.',
  });
};
