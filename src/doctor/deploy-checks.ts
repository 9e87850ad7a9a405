import { asError } from '../core/errors.ts';
import { type Check, DAY_MS, type DoctorTools, found, HOUR_MS } from './finding.ts';
import { askOllama } from './ollama.ts';

/** Whether the program runs with the settings that were asked for. Knows fingerprints only, never values. */
export const configuration: Check = async ({ settings }, { asked }) => {
  const named = Object.entries(asked ?? {}).filter(([name]) => name in settings);
  if (named.length === 0) {
    return found(['skipped', 'settings_unknown'], 'Nobody said which settings were meant.', {
      advice: 'Run "lqo doctor" with the environment that the program was deployed with.',
    });
  }
  const differing = named.filter(([name, print]) => settings[name] !== print);
  if (differing.length === 0) {
    const text = `All ${named.length} settings that were asked for hold.`;
    return found(['ok', 'settings_applied'], text, { figures: { n: named.length } });
  }
  const variables = differing.map(([name]) => name).join(', ');
  return found(['fail', 'settings_differ'], `The program runs with other values of ${variables}.`, {
    figures: { n: differing.length, variables },
    advice: 'Restart the program with the new environment.',
  });
};

/** Hours whose sums are compared with the calls they are made of; the newest two may still be loading. */
const SETTLED_MS = 2 * HOUR_MS;

/** Whether the database has this program's schema, and whether roll-ups add up to the calls they stand for. */
export const schema: Check = async (tools, { projectId }) => {
  const missing = await tools.missingMigrations();
  if (missing.length > 0) {
    const migrations = missing.join(', ');
    return found(['fail', 'schema_behind'], `The database lacks ${migrations}.`, {
      figures: { n: missing.length, migrations },
      advice: 'Start the program once: it brings its database up to date.',
    });
  }
  const to = new Date(Math.floor((tools.clock.now() - SETTLED_MS) / HOUR_MS) * HOUR_MS);
  const bounds = [projectId, new Date(to.getTime() - DAY_MS), to];
  const [sums] = await tools.database.query<{ rolled: number; stored: number }>(
    `select (select coalesce(sum(requests), 0)::bigint from usage_rollups where project_id = $1
         and grain = 'hour' and slice in ('all', 'judge', 'run') and at >= $2 and at < $3) as rolled,
       (select count(*) from interactions where project_id = $1 and created_at >= $2 and created_at < $3) as stored`,
    bounds,
  );
  const { rolled = 0, stored = 0 } = sums ?? {};
  if (rolled !== stored) {
    return found(
      ['fail', 'sums_differ'],
      `Roll-ups count ${rolled} calls of the last day, the records are ${stored}.`,
      {
        figures: { rolled, stored },
        advice:
          'Tell us: both are written in one transaction. Rebuild the roll-ups from the records.',
      },
    );
  }
  const text = `The schema is current, and roll-ups add up to all ${stored} calls of the last day.`;
  return found(['ok', 'schema_current'], text, { figures: { stored } });
};

const MAX_MODELS = 100;

interface Version {
  /** The model as it was asked for. */
  readonly model: string;
  readonly version: string;
}

/** Which versions answered in the last day, and whether any model is answered by another than before. */
export const models: Check = async (tools, { projectId, signal }) => {
  const nowMs = tools.clock.now();
  const now = [
    ...(await versionsIn(tools, projectId, { fromMs: nowMs - DAY_MS, toMs: nowMs })),
    ...(await installed(tools, signal)),
  ];
  if (now.length === 0) {
    return found(['skipped', 'no_models'], 'No model was called in 24 hours.');
  }
  const before = new Map([
    ...versionMap(
      await versionsIn(tools, projectId, { fromMs: nowMs - 8 * DAY_MS, toMs: nowMs - DAY_MS }),
    ),
    ...(await lastInstalled(tools, projectId)),
  ]);
  const changed = now
    .filter(({ model, version }) => (before.get(model) ?? version) !== version)
    .map(({ model, version }) => `${model}: ${before.get(model) ?? ''} → ${version}`);
  const shown = now.map(({ model, version }) =>
    model === version ? model : `${model} = ${version}`,
  );
  const figures = { n: now.length, models: shown.join(', '), ...digests(now) };
  if (changed.length === 0) {
    return found(['ok', 'models_same'], `${now.length} models: ${figures.models}.`, { figures });
  }
  const changes = changed.join(', ');
  return found(['warn', 'models_changed'], `Another version answers than before: ${changes}.`, {
    figures: { ...figures, changes },
    advice: 'Compare quality before and after on the Models page; name a dated version to hold it.',
  });
};

async function versionsIn(
  { database }: DoctorTools,
  projectId: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<Version[]> {
  const rows = await database.query<Version & { calls: number }>(
    `select model, response_model as version, count(*) as calls from interactions
     where project_id = $1 and created_at >= $2 and created_at < $3 and status = 'success'
       and model is not null and response_model is not null
     group by 1, 2 order by calls desc, 1, 2 limit ${MAX_MODELS}`,
    [projectId, new Date(fromMs), new Date(toMs)],
  );
  return [...versionMap(rows)].map(([model, version]) => ({ model, version }));
}

/** The version that answered most; rows come with the most frequent first. */
function versionMap(rows: readonly Version[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const { model, version } of rows) {
    if (!versions.has(model)) versions.set(model, version);
  }
  return versions;
}

const OLLAMA = 'ollama/';

/** Models of a configured Ollama by the beginning of their digest: a tag such as `latest` moves. */
async function installed(tools: DoctorTools, signal: AbortSignal): Promise<Version[]> {
  if (tools.ollamaUrl === null) return [];
  const { installed: here } = await askOllama(tools, tools.ollamaUrl, signal);
  return here.slice(0, MAX_MODELS).map(({ name, digest }) => ({
    model: `${OLLAMA}${name}`,
    version: digest.replace(/^sha256:/, '').slice(0, 12),
  }));
}

/** Kept with the run, so that the next one can compare. */
function digests(now: readonly Version[]): { digests?: string } {
  const own = now.filter(({ model }) => model.startsWith(OLLAMA));
  if (own.length === 0) return {};
  return { digests: JSON.stringify(own.map(({ model, version }) => [model, version])) };
}

async function lastInstalled(
  { database, clock }: DoctorTools,
  projectId: string,
): Promise<Map<string, string>> {
  const [row] = await database.query<{ digests: string }>(
    `select c.value -> 'figures' ->> 'digests' as digests
     from doctor_runs cross join lateral jsonb_array_elements(checks) as c(value)
     where project_id = $1 and started_at >= $2 and c.value ->> 'name' = 'models'
       and c.value -> 'figures' ? 'digests'
     order by started_at desc limit 1`,
    [projectId, new Date(clock.now() - 90 * DAY_MS)],
  );
  // Written by `digests` above.
  return new Map(row === undefined ? [] : (JSON.parse(row.digests) as [string, string][]));
}

/** Whether a call goes all the way: through the gateway to a model, back, and into the database. */
export const smoke: Check = async (tools, { projectId, model, signal }) => {
  const asked = await tools
    .sample({ projectId, model, signal })
    .catch((thrown: unknown) => asError(thrown));
  if (asked instanceof Error) {
    return found(['fail', 'sample_failed'], `${model} did not answer: ${asked.message}`, {
      figures: { model, problem: asked.message },
      advice: 'Look whether the model is known (GET /v1/models) and its provider answers.',
    });
  }
  await tools.loaded();
  const figures = { model, latencyMs: Math.round(asked.latencyMs) };
  const [row] = await tools.database.query(
    'select 1 from interactions where project_id = $1 and created_at >= $2 and id = $3',
    [projectId, new Date(tools.clock.now() - DAY_MS), asked.interactionId],
  );
  return row === undefined
    ? found(['fail', 'sample_lost'], `${model} answered, but the call was not recorded.`, {
        figures,
        advice: 'Look at the spool and the loader: GET /ready, the ledger, and the log.',
      })
    : found(
        ['ok', 'sample_answered'],
        `${model} answered in ${figures.latencyMs} ms, and the call was recorded.`,
        { figures },
      );
};
