import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { findLocalProgram } from './administer.ts';
import type {
  DatasetActions,
  EvalOptions,
  EvalRetrievalOptions,
  ExportOptions,
  ProgramOptions,
} from './cli/dataset-commands.ts';
import { createProgressBar } from './cli/progress.ts';
import { RunResultPage } from './contract/dataset-runs.ts';
import { RetrievalReport } from './contract/retrieval.ts';
import type { Clock } from './core/clock.ts';
import { type Config, ConfigError } from './core/config.ts';
import { AppError } from './core/errors.ts';
import { type EvalResult, type EvalWish, evalDataset } from './datasets/eval-command.ts';
import { junitReport, markdownReport, textReport } from './datasets/eval-report.ts';
import { evaluateRetrieval, httpRetriever } from './datasets/evaluate-retrieval.ts';
import { parseGate } from './datasets/parse-gate.ts';
import { createProgramApi, type ProgramApi } from './datasets/program-api.ts';
import { readQueries } from './datasets/read-retrieval.ts';
import { judgeRetrieval, retrievalText } from './datasets/retrieval-gates.ts';

interface DatasetCommandDeps {
  config(): Config;
  readonly clock: Clock;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  print(text: string): void;
}

/** Where a running program is, and what it lets the command line in by. */
export interface Way {
  readonly url: string;
  readonly token: string;
  readonly project: string | null;
}

/** The commands about datasets. Wrong use throws ConfigError (exit code 2), a failed gate AppError (1). */
export function datasetActions(deps: DatasetCommandDeps): DatasetActions {
  return {
    evalDataset: (file, options) => runEval(deps, file, options),
    evalRetrieval: (options) => runRetrieval(deps, options),
    exportTraining: (options) => runExport(deps, options),
  };
}

/** The program that commands speak to: the one that is named, or the one of this environment. Throws ConfigError. */
export async function findWay(
  deps: Pick<DatasetCommandDeps, 'config'>,
  options: ProgramOptions,
): Promise<Way> {
  const config = deps.config();
  if (options.url !== undefined) {
    const key = options.key ?? config.LQO_API_KEY;
    if (key === null || key === undefined) {
      throw new ConfigError(
        '--url needs --key (or LQO_API_KEY): an API key with the scopes that the command needs.',
      );
    }
    return { url: options.url, token: key, project: null };
  }
  const program = await findLocalProgram(config);
  if (program === null) {
    throw new ConfigError(
      'No program runs here: start it with "lqo start", or name one with --url and --key.',
    );
  }
  return { ...program, project: options.project };
}

function apiOf(way: Way): ProgramApi {
  return createProgramApi({ ...way, fetch });
}

/** Mistakes of whoever wrote the command line, told before anything is asked. */
function checked<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) throw new ConfigError(error.message);
    throw error;
  }
}

async function runEval(
  deps: DatasetCommandDeps,
  file: string | undefined,
  options: EvalOptions,
): Promise<void> {
  const wish = await wishOf(file, options);
  const api = apiOf(await findWay(deps, options));
  const bar = createProgressBar('eval', () => deps.clock.monotonic());
  let result: EvalResult;
  try {
    result = await evalDataset(
      {
        api,
        signal: deps.signal,
        print: deps.print,
        onProgress: ({ done, total }) => bar.update({ done, total, unit: 'items' }),
      },
      wish,
    );
  } finally {
    bar.stop();
  }
  await report(deps, api, { result, options });
  if (result.passed) return;
  const failed = result.gates.filter(({ passed }) => !passed).length;
  throw new AppError('conflict', `${failed} of ${result.gates.length} gates failed.`);
}

async function wishOf(file: string | undefined, options: EvalOptions): Promise<EvalWish> {
  const gates = checked(() => options.gate.map((gate) => parseGate(gate)));
  const needsBaseline = gates.some(
    (gate) => gate.kind === 'regression' && gate.against === 'baseline',
  );
  if (needsBaseline && options.baseline === undefined) {
    throw new ConfigError(
      'A gate speaks of the baseline: name it with --baseline RUN or --baseline latest.',
    );
  }
  if (options.resume === undefined && (file === undefined || options.route === undefined)) {
    throw new ConfigError('A dataset file and --route are needed (or --resume RUN).');
  }
  return {
    file:
      file === undefined || options.resume !== undefined ? null : await read(file, options.name),
    route: options.route ?? null,
    prompt: options.prompt ?? null,
    evaluators: options.evaluators ?? null,
    gates: options.gate,
    baseline: options.baseline ?? null,
    minItems: options.minItems ?? null,
    concurrency: options.concurrency ?? null,
    maxCostUsd: options.maxCost ?? null,
    resume: options.resume ?? null,
  };
}

async function read(
  file: string,
  name: string | undefined,
): Promise<NonNullable<EvalWish['file']>> {
  const raw = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${file} cannot be read (${error.code ?? error.message}).`);
  });
  const plain = file.replace(/\.gz$/, '');
  const bytes = new Uint8Array(plain === file ? raw : gunzipSync(raw));
  const extension = extname(plain);
  const usual = basename(plain, extension)
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .trim();
  return {
    name: name ?? (usual === '' ? 'dataset' : usual.slice(0, 128)),
    format: extension.toLowerCase() === '.csv' ? 'csv' : 'jsonl',
    bytes,
  };
}

async function report(
  deps: DatasetCommandDeps,
  api: ProgramApi,
  { result, options }: { readonly result: EvalResult; readonly options: EvalOptions },
): Promise<void> {
  const { run, gates } = result;
  deps.print(textReport({ run, gates, failed: [] }));
  if (options.junit === undefined && options.markdown === undefined) return;
  const path = `/api/v1/runs/${run.id}/results`;
  const query = { show: 'failed', limit: 200 };
  const failed = await api.call(RunResultPage, { method: 'GET', path, query });
  const all = { run, gates, failed: failed.items };
  if (options.junit !== undefined) await writeFile(options.junit, junitReport(all));
  if (options.markdown !== undefined) await writeFile(options.markdown, markdownReport(all));
}

async function runRetrieval(
  deps: DatasetCommandDeps,
  options: EvalRetrievalOptions,
): Promise<void> {
  const text = await readFile(options.queries, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${options.queries} cannot be read (${error.code ?? error.message}).`);
  });
  const queries = checked(() => readQueries(text));
  const gates = checked(() => options.gate.map((gate) => parseGate(gate)));
  if ((options.endpoint === undefined) === !options.recorded) {
    throw new ConfigError('Either --endpoint URL or --recorded is needed.');
  }
  const found = options.recorded
    ? await askProgram(deps, options, queries)
    : await askEndpoint(deps, options, queries);
  if (options.output !== undefined) {
    await writeFile(options.output, `${JSON.stringify(found, null, 2)}\n`);
  }
  const judged = judgeRetrieval(found, gates);
  deps.print(retrievalText(found, judged));
  const failed = judged.filter(({ passed }) => !passed).length;
  if (failed > 0) throw new AppError('conflict', `${failed} of ${judged.length} gates failed.`);
  if (found.num_queries === 0) throw new AppError('conflict', 'No query could be judged.');
}

async function askProgram(
  deps: DatasetCommandDeps,
  options: EvalRetrievalOptions,
  queries: ReturnType<typeof readQueries>,
): Promise<RetrievalReport> {
  const nowMs = deps.clock.now();
  const recorded = {
    from: options.from ?? new Date(nowMs - 86_400_000).toISOString(),
    to: options.to ?? new Date(nowMs).toISOString(),
  };
  const body = { queries, k_values: options.kValues, recorded };
  const path = '/api/v1/retrieval-evaluations';
  return await apiOf(await findWay(deps, options)).call(RetrievalReport, {
    method: 'POST',
    path,
    body,
  });
}

/** The endpoint is whoever types the command's own, so it may lie anywhere. */
async function askEndpoint(
  deps: DatasetCommandDeps,
  { endpoint = '', header, kValues }: EvalRetrievalOptions,
  queries: ReturnType<typeof readQueries>,
): Promise<RetrievalReport> {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const line of header) {
    const [name = '', ...rest] = line.split(':');
    headers.set(name.trim(), rest.join(':').trim());
  }
  const post = async (url: string, body: object): Promise<unknown> => {
    const reply = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.any([deps.signal, AbortSignal.timeout(60_000)]),
    });
    if (!reply.ok) throw new Error(`The endpoint answered ${reply.status}.`);
    return await reply.json();
  };
  const bar = createProgressBar('eval-retrieval', () => deps.clock.monotonic());
  try {
    const tools = {
      retrieve: httpRetriever(post, endpoint),
      signal: deps.signal,
      onProgress: (progress: { done: number; total: number }): void =>
        bar.update({ ...progress, unit: 'queries' }),
    };
    return await evaluateRetrieval(tools, queries, kValues);
  } finally {
    bar.stop();
  }
}

async function runExport(deps: DatasetCommandDeps, options: ExportOptions): Promise<void> {
  const filters = options.where.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new ConfigError(`--where ${text} is not name=value.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const way = await findWay(deps, options);
  const url = new URL('/api/v1/exports/training', way.url);
  const asked: [string, string | undefined][] = [
    ...filters,
    ['format', options.format],
    ['style', options.style],
    ['from', options.from],
    ['to', options.to],
    ['minScore', options.minScore?.toString()],
    ['mask', options.raw ? 'none' : undefined],
  ];
  for (const [name, value] of asked) if (value !== undefined) url.searchParams.set(name, value);
  const reply = await fetch(url, {
    headers: {
      authorization: `Bearer ${way.token}`,
      ...(way.project === null ? {} : { 'x-lqo-project': way.project }),
    },
    signal: deps.signal,
  });
  if (!reply.ok || reply.body === null) {
    throw new AppError('invalid_request', `The program refused the export: ${await reply.text()}`);
  }
  if (options.output === undefined) {
    deps.print((await reply.text()).trimEnd());
    return;
  }
  await pipeline(Readable.fromWeb(reply.body), createWriteStream(options.output));
  deps.print(`Wrote ${options.output}.`);
}
