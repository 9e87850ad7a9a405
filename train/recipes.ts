import type { Recipe } from './recipe.ts';
import { toxicity } from './toxicity.ts';

/** Every shipped model. */
export const RECIPES: readonly Recipe[] = [toxicity];
