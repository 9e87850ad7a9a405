import { asError } from '../../core/errors.ts';
import type { ScoreDraft, Subject, TextSpan } from '../../evaluators/define-evaluator.ts';
import { found } from '../../evaluators/define-evaluator.ts';
import { ANALYSED_CHARACTERS } from '../../evaluators/text/text-facts.ts';
import { isSampled } from '../sample.ts';
import type { EvaluatorScores, ScoreItem } from '../scorer.ts';
import type { SettingsDirectory } from '../settings.ts';
import { type DetectorFolder, readDetectorFolder } from './detector-file.ts';
import { loadRuntime, type Runtime, type Session } from './onnx-session.ts';
import { readTokenizer, type Tokenizer } from './tokenizer.ts';

/** Scores items with a model of the operator's, beside the shelf. Never rejects. */
export interface OnnxDetector {
  score(item: ScoreItem): Promise<EvaluatorScores | null>;
}

export interface OnnxDeps {
  readonly settings: SettingsDirectory;
  /** Milliseconds that only go forward. */
  monotonic(): number;
}

/** Opens the model of a folder. Rejects with a sentence for operators when files or the runtime are missing. */
export async function openOnnxDetector(folder: string, deps: OnnxDeps): Promise<OnnxDetector> {
  const files = readDetectorFolder(folder);
  const runtime = await loadRuntime();
  return await createOnnxDetector(files, runtime, deps);
}

/** Says of every item why there is nothing to say, so that it is counted and shown. */
export function brokenDetector(error: string): OnnxDetector {
  const failure = {
    evaluator: 'onnx',
    version: 'v0',
    kind: 'detector',
    drafts: [],
    error,
  } as const;
  return { score: () => Promise.resolve({ ...failure, seconds: 0 }) };
}

/** A detector around a session; `runtime` is what tests replace. */
export async function createOnnxDetector(
  files: DetectorFolder,
  runtime: Runtime,
  deps: OnnxDeps,
): Promise<OnnxDetector> {
  const session = await runtime.open(files.modelFile);
  const tokenizer = files.detector.input === 'tokens' ? readTokenizer(files.tokenizer) : null;
  const id = `onnx:${files.detector.name}`;
  const model = { files, session, tokenizer, runtime };
  return {
    async score(item): Promise<EvaluatorScores | null> {
      const { enabled, sampleRate, flags } = deps.settings.of(item.projectId, id);
      if (!enabled || !isSampled(item.interactionId, id, sampleRate) || isLeftOut(item, id)) {
        return null;
      }
      const started = deps.monotonic();
      const said = await ask(model, item.subject);
      return {
        evaluator: id,
        version: files.version,
        kind: 'detector',
        drafts: said.drafts.map((draft) => ({ ...draft, flagged: draft.flagged && flags })),
        error: said.error,
        seconds: (deps.monotonic() - started) / 1000,
      };
    },
  };
}

function isLeftOut({ only, without }: ScoreItem, id: string): boolean {
  return (only != null && !only.includes(id)) || without?.includes(id) === true;
}

interface Model {
  readonly files: DetectorFolder;
  readonly session: Session;
  readonly tokenizer: Tokenizer | null;
  readonly runtime: Runtime;
}

async function ask(
  model: Model,
  subject: Subject,
): Promise<Pick<EvaluatorScores, 'drafts' | 'error'>> {
  const { detector } = model.files;
  const texts = textsOf(detector.reads, subject);
  if (texts.length === 0) return { drafts: [], error: null };
  try {
    const probabilities: number[] = [];
    for (const text of texts) probabilities.push(await probabilityOf(model, text));
    return { drafts: [draftOf(detector, { texts, probabilities })], error: null };
  } catch (thrown) {
    return { drafts: [], error: asError(thrown).message };
  }
}

function textsOf(reads: TextSpan['field'], { prompt, answer, context }: Subject): string[] {
  const texts = reads === 'prompt' ? [prompt ?? ''] : reads === 'answer' ? [answer] : context;
  return texts
    .filter((text) => text.trim() !== '')
    .map((text) => text.slice(0, ANALYSED_CHARACTERS));
}

/** More pieces of a text than these are not asked about. */
const MOST_PIECES = 16;
/** Pieces share this much, so that nothing is cut in two for both. */
const OVERLAP = 32;

/** The highest probability of any piece of a text that fits into the model. */
async function probabilityOf(model: Model, text: string): Promise<number> {
  const { tokenizer, runtime, session, files } = model;
  if (tokenizer === null) {
    const name = session.inputNames[0] ?? '';
    return await run(model, { [name]: runtime.tensor('string', [text], [1]) });
  }
  const ids = tokenizer.encode(text);
  const room = files.detector.maxTokens - 2;
  let highest = 0;
  for (let piece = 0, at = 0; piece < MOST_PIECES; piece += 1, at += room - OVERLAP) {
    const own = [tokenizer.first, ...ids.slice(at, at + room), tokenizer.last];
    highest = Math.max(highest, await run(model, feeds(model, own)));
    if (at + room >= ids.length) break;
  }
  return highest;
}

function feeds({ session, runtime }: Model, ids: readonly number[]): Parameters<Session['run']>[0] {
  const dims = [1, ids.length];
  const filled = (value: bigint): BigInt64Array => new BigInt64Array(ids.length).fill(value);
  const known: Readonly<Record<string, BigInt64Array>> = {
    input_ids: BigInt64Array.from(ids, BigInt),
    attention_mask: filled(1n),
    token_type_ids: filled(0n),
  };
  return Object.fromEntries(
    session.inputNames.map((name) => {
      const data = known[name];
      if (data === undefined)
        throw new Error(`The model wants an input "${name}" that nobody knows.`);
      return [name, runtime.tensor('int64', data, dims)];
    }),
  );
}

async function run(
  { session, files }: Model,
  inputs: Parameters<Session['run']>[0],
): Promise<number> {
  const outputs = await session.run(inputs);
  const tensor = outputs[session.outputNames[0] ?? ''];
  const logits = Array.from(tensor?.data ?? [], Number);
  const { positive, activation } = files.detector;
  const own = logits[positive] ?? Number.NaN;
  const probability =
    activation === 'none'
      ? own
      : activation === 'sigmoid'
        ? 1 / (1 + Math.exp(-own))
        : softmax(logits, positive);
  if (!(probability >= 0 && probability <= 1)) {
    throw new Error(`The model's output ${positive} makes no probability.`);
  }
  return probability;
}

function softmax(logits: readonly number[], place: number): number {
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return Math.exp((logits[place] ?? Number.NaN) - most) / sum;
}

function draftOf(
  { name, title, reads, advisory, alert }: DetectorFolder['detector'],
  {
    texts,
    probabilities,
  }: { readonly texts: readonly string[]; readonly probabilities: readonly number[] },
): ScoreDraft {
  const probability = Math.max(...probabilities);
  const index = probabilities.indexOf(probability);
  const label = probability >= alert ? 'alert' : probability >= advisory ? 'advisory' : 'ok';
  const span = {
    field: reads,
    index,
    start: 0,
    end: texts[index]?.length ?? 0,
    kind: name,
  };
  return found(`onnx_${name}`, {
    value: 1 - probability,
    label,
    flagged: label === 'alert',
    reason: `${title ?? name}: ${Math.round(probability * 100)} % likely.`,
    spans: label === 'ok' ? [] : [span],
    details: { probability },
  });
}
