/** The parts of the evaluations, in the order of their links; `scores` has the bare address. */
export const EVALUATION_TABS = ['scores', 'evaluators', 'rules', 'judges', 'calibration'] as const;
export type EvaluationTab = (typeof EVALUATION_TABS)[number];

export function isEvaluationTab(name: string): name is EvaluationTab {
  return EVALUATION_TABS.some((tab) => tab === name);
}
