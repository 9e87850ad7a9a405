import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreItemOf } from '../../../test/support/score-item.ts';
import { tinyModel } from '../../../test/support/tiny-onnx-model.ts';
import { SettingsDirectory } from '../settings.ts';
import { readDetectorFolder } from './detector-file.ts';
import { createOnnxDetector, openOnnxDetector } from './onnx-detector.ts';
import type { Runtime, Tensor } from './onnx-session.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lqo-onnx-'));
  write({ name: 'guard', reads: 'prompt', maxTokens: 40 });
  writeFileSync(join(folder, 'model.onnx'), tinyModel());
  const words = ['[CLS]', '[SEP]', '[UNK]', 'good', 'bad'];
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const added_tokens = words.slice(0, 2).map((content, id) => ({ id, content }));
  const model = { type: 'WordPiece', vocab };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ added_tokens, model }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(detector: object): void {
  writeFileSync(join(folder, 'detector.json'), JSON.stringify(detector));
}

const settings = new SettingsDirectory();
const deps = { settings, monotonic: () => 0 };

/** Says how many of the tokens mean "bad", as the tiny model does: the largest id decides. */
function fake(asked: number[][]): Runtime {
  return {
    tensor: (type, data, dims): Tensor => ({ type, data, dims }),
    open: () =>
      Promise.resolve({
        inputNames: ['input_ids', 'attention_mask'],
        outputNames: ['logits'],
        run: (inputs) => {
          const ids = Array.from(inputs['input_ids']?.data ?? [], Number);
          asked.push(ids);
          const isBad = ids.includes(4);
          return Promise.resolve({
            logits: { type: 'float32', data: isBad ? [-4, 4] : [4, -4], dims: [1, 2] },
          });
        },
      }),
  };
}

describe('a detector around a model of the operator', () => {
  it('scores the text it reads, with a version of its own', async () => {
    const asked: number[][] = [];
    const files = readDetectorFolder(folder);
    const detector = await createOnnxDetector(files, fake(asked), deps);
    const bad = await detector.score(scoreItemOf({ prompt: 'good bad' }));
    expect(bad).toMatchObject({
      evaluator: 'onnx:guard',
      version: files.version,
      error: null,
      drafts: [{ name: 'onnx_guard', label: 'alert', flagged: true }],
    });
    expect(bad?.drafts[0]?.value).toBeCloseTo(1 / (1 + Math.exp(8)));
    const good = await detector.score(scoreItemOf({ prompt: 'good' }));
    expect(good?.drafts[0]).toMatchObject({ label: 'ok', flagged: false });
    expect(asked).toEqual([
      [0, 3, 4, 1],
      [0, 3, 1],
    ]);
  });

  it('asks about a long text piece by piece and takes the worst', async () => {
    const asked: number[][] = [];
    const detector = await createOnnxDetector(readDetectorFolder(folder), fake(asked), deps);
    const prompt = `${'good '.repeat(50)}bad`;
    const said = await detector.score(scoreItemOf({ prompt }));
    expect(said?.drafts[0]?.label).toBe('alert');
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.every((ids) => ids.length <= 40)).toBe(true);
  });

  it('says nothing where there is no such text, and tells an error of the model', async () => {
    const detector = await createOnnxDetector(readDetectorFolder(folder), fake([]), deps);
    expect(await detector.score(scoreItemOf({ prompt: null }))).toMatchObject({
      drafts: [],
      error: null,
    });
    const broken: Runtime = {
      ...fake([]),
      open: async (file) => ({
        ...(await fake([]).open(file)),
        run: () => Promise.reject(new Error('out of shape')),
      }),
    };
    const failing = await createOnnxDetector(readDetectorFolder(folder), broken, deps);
    expect(await failing.score(scoreItemOf({ prompt: 'good' }))).toMatchObject({
      drafts: [],
      error: 'out of shape',
    });
  });

  it('refuses a folder that is not right, with a sentence that says why', () => {
    expect(() => readDetectorFolder(join(folder, 'nowhere'))).toThrow(
      'detector.json cannot be read',
    );
    write({ name: 'Guard', reads: 'prompt' });
    expect(() => readDetectorFolder(folder)).toThrow('detector.json');
    write({ name: 'guard', reads: 'prompt', maxTokens: 40 });
  });
});

const isInstalled = ((): boolean => {
  try {
    return createRequire(import.meta.url).resolve('onnxruntime-node') !== '';
  } catch {
    return false;
  }
})();

describe('the real runtime', () => {
  it.runIf(isInstalled)('runs a model file', async () => {
    const detector = await openOnnxDetector(folder, deps);
    const bad = await detector.score(scoreItemOf({ prompt: 'good bad' }));
    expect(bad).toMatchObject({ error: null, drafts: [{ label: 'alert' }] });
    const good = await detector.score(scoreItemOf({ prompt: 'good' }));
    expect(good).toMatchObject({ error: null, drafts: [{ label: 'ok' }] });
  });

  it.skipIf(isInstalled)('is asked for by name where it is not installed', async () => {
    await expect(openOnnxDetector(folder, deps)).rejects.toThrow('npm install onnxruntime-node');
  });
});
