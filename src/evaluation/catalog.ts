import { z } from 'zod';
import type { CatalogReply } from '../contract/evaluation.ts';
import type { Evaluator } from '../evaluators/define-evaluator.ts';
import { EVALUATORS } from '../evaluators/index.ts';

/** JSON Schema of what an evaluator can be told, for forms. */
export function optionsSchema({ options }: Evaluator): Record<string, unknown> {
  return z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
}

/** Every evaluator of the program, single checks of the rules too. */
export function evaluatorCatalog(): z.input<typeof CatalogReply>['evaluators'] {
  return EVALUATORS.map((evaluator) => {
    const { id, version, title, description, kind, needs } = evaluator;
    const options = optionsSchema(evaluator);
    return { id, version, title, description, kind, needs: [...needs], options };
  });
}
