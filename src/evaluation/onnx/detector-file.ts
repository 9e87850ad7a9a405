import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** `detector.json` beside a model that an operator supplies. */
export const DetectorFile = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{1,40}$/)
    .describe('The score is called onnx_<name>.'),
  title: z.string().min(1).max(80).optional(),
  reads: z.enum(['prompt', 'answer', 'context']).describe('Which text the model judges.'),
  input: z
    .enum(['tokens', 'text'])
    .default('tokens')
    .describe('`tokens` needs tokenizer.json; `text` is for models that take a string.'),
  positive: z.int().min(0).default(1).describe('Place of the class that is looked for.'),
  activation: z
    .enum(['softmax', 'sigmoid', 'none'])
    .default('softmax')
    .describe('What makes probabilities of the outputs.'),
  advisory: z.number().min(0).max(1).default(0.5),
  alert: z.number().min(0).max(1).default(0.9),
  maxTokens: z.int().min(16).max(8192).default(512),
});
export type DetectorFile = z.output<typeof DetectorFile>;

/** What a folder of an operator's model holds. */
export interface DetectorFolder {
  readonly detector: DetectorFile;
  readonly modelFile: string;
  /** The parsed `tokenizer.json`; null for models that take text. */
  readonly tokenizer: unknown;
  /** Of the model's bytes and of how it is asked; scores carry it. */
  readonly version: string;
}

/** Reads `detector.json`, `model.onnx` and `tokenizer.json`. Throws a sentence for operators when something is wrong. */
export function readDetectorFolder(folder: string): DetectorFolder {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      throw new Error(`DETECTOR_ONNX_DIR: ${name} cannot be read in ${folder}.`, { cause });
    }
  };
  const text = read('detector.json').toString('utf8');
  const parsed = DetectorFile.safeParse(jsonOf(text, 'detector.json'));
  if (!parsed.success) {
    throw new Error(`DETECTOR_ONNX_DIR: detector.json: ${z.prettifyError(parsed.error)}`);
  }
  const detector = parsed.data;
  const hash = createHash('sha256').update(text).update(read('model.onnx')).digest('hex');
  const tokenizer =
    detector.input === 'text'
      ? null
      : jsonOf(read('tokenizer.json').toString('utf8'), 'tokenizer.json');
  return {
    detector,
    modelFile: join(folder, 'model.onnx'),
    tokenizer,
    version: hash.slice(0, 12),
  };
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`DETECTOR_ONNX_DIR: ${name} is not JSON.`, { cause });
  }
}
