import type { BudgetLevel } from '../../../contract/budgets.ts';
import type { Tone } from '../../ui/badge.tsx';

export const LEVEL_TONES: Record<BudgetLevel, Tone> = {
  ok: 'good',
  warning: 'warn',
  critical: 'bad',
  exceeded: 'bad',
};
