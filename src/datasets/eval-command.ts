import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DatasetRun,
  DatasetRunPage,
  GateReply,
  type GateResult,
  RunDetail,
  RunEstimate,
} from '../contract/dataset-runs.ts';
import {
  Dataset,
  DatasetPage,
  type FileFormat,
  FileReply,
  ImportReply,
} from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import { parseGate } from './parse-gate.ts';
import type { ProgramApi } from './program-api.ts';

/** What `lqo eval` is asked to do. */
export interface EvalWish {
  /** Null with `resume`. */
  readonly file: {
    readonly name: string;
    readonly format: FileFormat;
    readonly bytes: Uint8Array<ArrayBuffer>;
  } | null;
  readonly route: string | null;
  readonly prompt: string | null;
  readonly evaluators: readonly string[] | null;
  readonly gates: readonly string[];
  /** A run's id, or `latest`: the newest run of the dataset that is done. */
  readonly baseline: string | null;
  readonly minItems: number | null;
  readonly concurrency: number | null;
  readonly maxCostUsd: number | null;
  readonly resume: string | null;
}

export interface EvalTools {
  readonly api: ProgramApi;
  readonly signal: AbortSignal;
  print(text: string): void;
  onProgress(progress: { readonly done: number; readonly total: number }): void;
}

export interface EvalResult {
  readonly run: RunDetail;
  readonly gates: readonly GateResult[];
  readonly passed: boolean;
}

const POLL_MS = 500;

/**
 * Brings the dataset to the program (unless it is there), runs it, waits, and judges it. Throws AppError when the
 * program refuses, the run pauses by itself, or the signal aborts: then the run is paused and can be resumed.
 */
export async function evalDataset(tools: EvalTools, wish: EvalWish): Promise<EvalResult> {
  const begun = wish.resume === null ? await begin(tools, wish) : await resume(tools, wish.resume);
  const run = await waitFor(tools, begun.id).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'upstream_unreachable') throw error;
    const message = `${error.message} The run goes on when it is back: lqo eval --resume ${begun.id}`;
    throw new AppError(error.code, message, { cause: error });
  });
  if (run.status !== 'done') {
    const why = run.notice === null ? `The run is ${run.status}.` : `The run paused: ${run.notice}`;
    throw new AppError('conflict', `${why} Go on with: lqo eval --resume ${run.id}`);
  }
  const { gates, baseline } = await withBaseline(tools, run, wish);
  if (gates.length === 0) return { run, gates: [], passed: true };
  const body = {
    gates,
    ...(baseline === null ? {} : { baseline }),
    ...(wish.minItems === null ? {} : { minItems: wish.minItems }),
  };
  const path = `/api/v1/runs/${run.id}/gates`;
  const judged = await tools.api.call(GateReply, { method: 'POST', path, body });
  return { run, gates: judged.results, passed: judged.passed };
}

async function begin(tools: EvalTools, wish: EvalWish): Promise<DatasetRun> {
  if (wish.file === null || wish.route === null) {
    throw new AppError('invalid_request', 'A dataset file and --route are needed.');
  }
  const { dataset, version } = await bring(tools, wish.file);
  const plan = {
    dataset,
    version,
    model: wish.route,
    ...(wish.prompt === null ? {} : { prompt: wish.prompt }),
    ...(wish.evaluators === null ? {} : { evaluators: [...wish.evaluators] }),
  };
  await tellEstimate(tools, plan, wish.maxCostUsd);
  const body = {
    ...plan,
    ...(wish.concurrency === null ? {} : { concurrency: wish.concurrency }),
    ...(wish.maxCostUsd === null ? {} : { limitUsd: wish.maxCostUsd }),
  };
  return await tools.api.call(DatasetRun, { method: 'POST', path: '/api/v1/runs', body });
}

async function tellEstimate(
  { api, print }: EvalTools,
  body: object,
  maxCostUsd: number | null,
): Promise<void> {
  const path = '/api/v1/runs/estimate';
  const found = await api.call(RunEstimate, { method: 'POST', path, body });
  const cost = found.costUsd === null ? 'an unknown price' : `about $${found.costUsd.toFixed(4)}`;
  const judges = found.judges === 0 ? '' : `, and ${found.judges} questions to judges`;
  print(
    `${found.items} items: about ${found.inputTokens} tokens in and ${found.outputTokens} out, ${cost}${judges}.`,
  );
  if (maxCostUsd !== null && (found.costUsd ?? 0) > maxCostUsd) {
    throw new AppError('invalid_request', `That is more than --max-cost ${maxCostUsd}.`);
  }
}

/** The dataset version that is this file: found by its hash, else sent as a new version. */
async function bring(
  { api, print }: EvalTools,
  file: NonNullable<EvalWish['file']>,
): Promise<{ readonly dataset: string; readonly version: number }> {
  const hash = createHash('sha256').update(`${file.format}\n\n`).update(file.bytes).digest('hex');
  const known = await api.call(FileReply, {
    method: 'GET',
    path: '/api/v1/datasets/by-file',
    query: { hash },
  });
  if (known.found !== null) {
    const { dataset, version } = known.found;
    print(`The dataset is known: ${dataset.name}, version ${version}.`);
    return { dataset: dataset.id, version };
  }
  const { id, name } = await datasetNamed(api, file.name);
  const reply = await api.call(ImportReply, {
    method: 'POST',
    path: `/api/v1/datasets/${id}/import`,
    query: { format: file.format, mode: 'replace', strict: 'true', note: 'lqo eval' },
    file: {
      bytes: file.bytes,
      type: file.format === 'csv' ? 'text/csv' : 'application/x-ndjson',
    },
  });
  print(`Sent the dataset ${name}: version ${reply.version}, ${reply.added + reply.kept} items.`);
  return { dataset: id, version: reply.version };
}

async function datasetNamed(api: ProgramApi, name: string): Promise<Dataset> {
  let cursor: string | undefined;
  do {
    const query = { limit: 200, cursor };
    const page = await api.call(DatasetPage, { method: 'GET', path: '/api/v1/datasets', query });
    const found = page.items.find((dataset) => dataset.name === name);
    if (found !== undefined) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return await api.call(Dataset, { method: 'POST', path: '/api/v1/datasets', body: { name } });
}

async function resume({ api }: EvalTools, id: string): Promise<DatasetRun> {
  const run = await api.call(RunDetail, { method: 'GET', path: `/api/v1/runs/${id}` });
  if (run.status !== 'paused') return run;
  return await api.call(DatasetRun, {
    method: 'POST',
    path: `/api/v1/runs/${id}/resume`,
    body: {},
  });
}

async function waitFor(tools: EvalTools, id: string): Promise<RunDetail> {
  const { api, signal } = tools;
  for (;;) {
    const run = await api.call(RunDetail, { method: 'GET', path: `/api/v1/runs/${id}` });
    const { done, failed, total } = run.progress;
    tools.onProgress({ done: done + failed, total });
    if (run.status !== 'running') return run;
    if (signal.aborted) {
      await api.call(DatasetRun, { method: 'POST', path: `/api/v1/runs/${id}/pause` });
      throw new AppError('conflict', `Paused. Go on with: lqo eval --resume ${id}`);
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Gates with what `baseline` means; those that need one are left out, and told, while there is no earlier run. */
async function withBaseline(
  { api, print }: EvalTools,
  run: RunDetail,
  { baseline, gates }: EvalWish,
): Promise<{ readonly gates: readonly string[]; readonly baseline: string | null }> {
  if (baseline !== 'latest') return { gates, baseline };
  const query = { dataset: run.dataset.id, status: 'done', limit: 200 };
  const page = await api.call(DatasetRunPage, { method: 'GET', path: '/api/v1/runs', query });
  const earlier = page.items.find(({ id }) => id < run.id);
  if (earlier !== undefined) return { gates, baseline: earlier.id };
  const left = gates.filter((text) => {
    const gate = parseGate(text);
    return gate.kind === 'threshold' || gate.against !== 'baseline';
  });
  if (left.length < gates.length) {
    print('There is no earlier run of this dataset: gates against the baseline are left out.');
  }
  return { gates: left, baseline: null };
}
