import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS_FOLDER } from '../../src/evaluators/models/load-model.ts';
import type { ModelCard } from '../../src/evaluators/models/model-card.ts';
import { evaluatorOf } from './ours.ts';
import type { Task } from './tasks.ts';

const SHELF = join(import.meta.dirname, '../../src/evaluators');

export interface BlindSpots {
  readonly evaluator: string;
  readonly version: string;
  /** As the header of the evaluator's file says. */
  readonly header: string;
  /** As the card of its model says. */
  readonly card: readonly string[];
}

/** What each detector of a task says it cannot see. */
export function blindSpotsOf(task: Task): BlindSpots[] {
  return task.scores.flatMap((score) => {
    const evaluator = evaluatorOf(score);
    if (evaluator === null) return [];
    const { id, version } = evaluator;
    return [{ evaluator: id, version, header: headerOf(id), card: cardOf(id) }];
  });
}

function headerOf(id: string): string {
  const file = join(SHELF, `${id}.ts`);
  if (!existsSync(file)) return '';
  const [header = ''] = readFileSync(file, 'utf8').split('*/');
  const plain = header.replace(/^\/\*\*/, '').replaceAll(/\n \* ?/g, ' ');
  return (/Blind spots: (.*?) Source:/s.exec(plain)?.[1] ?? '').trim();
}

function cardOf(id: string): readonly string[] {
  const file = join(MODELS_FOLDER, `${id}.json`);
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as Partial<ModelCard>).blindSpots ?? [];
}
