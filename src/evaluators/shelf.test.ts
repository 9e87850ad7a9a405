import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Subject } from './define-evaluator.ts';
import { EVALUATORS } from './index.ts';
import { createTextReader } from './text/text-facts.ts';

const SUBJECT: Subject = {
  operation: 'chat',
  prompt: 'What is the capital of France?',
  instructions: null,
  answer: 'Paris is the capital of France.',
  answerCharacters: 31,
  finishReason: 'stop',
  callsTools: false,
  requestedFormat: null,
  context: [],
  toolResults: [],
};

const FILES: Readonly<Record<string, string>> = {
  'rule-basic': 'rule-overall',
  empty: 'empty-answer',
  language: 'language-mismatch',
  error_like: 'error-like',
  semantic_similarity: 'semantic-similarity',
  confidence_language: 'confidence-language',
};

describe.each(EVALUATORS.map((evaluator) => [evaluator.id, evaluator] as const))(
  'the evaluator %s',
  (id, evaluator) => {
    it('has an id of its own, a version, a title and a description', () => {
      expect(EVALUATORS.filter((other) => other.id === id)).toHaveLength(1);
      expect(evaluator.version).toMatch(/^v\d+$/);
      expect(evaluator.title).not.toBe('');
      expect(evaluator.description).toMatch(/\.$/);
    });

    it('describes its options as a JSON Schema, so that a form can be made of it', () => {
      const schema = z.toJSONSchema(evaluator.options, { io: 'input', unrepresentable: 'any' });
      expect(JSON.stringify(schema).length).toBeGreaterThan(2);
    });

    it('finds nothing wrong with a good answer, by its default options', () => {
      const options = evaluator.options.parse(id === 'format' ? undefined : {});
      const drafts = evaluator.evaluate(SUBJECT, options, { read: createTextReader() });
      expect(drafts.filter(({ label, flagged }) => label !== 'ok' || flagged)).toEqual([]);
      // Rules pass or find something; detectors measure by degrees.
      const least = evaluator.kind === 'detector' ? 0.5 : 1;
      expect(drafts.filter(({ value }) => value < least)).toEqual([]);
    });

    it('says in its header what it measures, how, where it is blind, and from what source', () => {
      const file = join(import.meta.dirname, `${FILES[id] ?? id.replaceAll('_', '-')}.ts`);
      const [header = ''] = readFileSync(file, 'utf8').split('*/');
      for (const part of ['Measures', 'Method:', 'Blind spots:', 'Source:']) {
        expect(header).toContain(part);
      }
    });
  },
);
