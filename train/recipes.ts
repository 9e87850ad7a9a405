import { indirectInjection } from './indirect-injection.ts';
import { promptInjection } from './injection.ts';
import type { Recipe } from './recipe.ts';
import { refusal } from './refusal.ts';
import { toxicity } from './toxicity.ts';

/** Every shipped model. */
export const RECIPES: readonly Recipe[] = [toxicity, promptInjection, indirectInjection, refusal];
