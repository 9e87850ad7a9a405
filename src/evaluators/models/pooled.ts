const FARTHEST = 30;

/**
 * One probability out of that of a whole text and that of its worst sentence, half way between them on the scale of
 * log-odds: the whole alone overlooks a sentence in a long text, a sentence alone lacks what stands around it.
 */
export function pooled(whole: number, worst: number): number {
  return 1 / (1 + Math.exp(-(logOdds(whole) + logOdds(worst)) / 2));
}

function logOdds(probability: number): number {
  const odds = Math.log(probability / (1 - probability));
  return Math.min(FARTHEST, Math.max(-FARTHEST, odds));
}
