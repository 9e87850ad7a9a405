/** A judged text: 1 is what the detector looks for. */
export interface Judged {
  readonly label: number;
  readonly score: number;
}

/**
 * How often a positive scores above a negative, ties counted half: the area under the ROC curve, in [0, 1].
 * Null when one of the classes is missing.
 */
export function auc(judged: readonly Judged[]): number | null {
  const ranked = judged.toSorted((a, b) => a.score - b.score);
  let rankSum = 0;
  let positives = 0;
  for (let at = 0; at < ranked.length; ) {
    let end = at;
    while (end < ranked.length && ranked[end]?.score === ranked[at]?.score) end += 1;
    const rank = (at + 1 + end) / 2;
    for (; at < end; at += 1) {
      if (ranked[at]?.label !== 1) continue;
      positives += 1;
      rankSum += rank;
    }
  }
  const negatives = ranked.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** What a threshold does: shares in [0, 1], null where nothing can be divided. */
export interface AtThreshold {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Share of the negatives that score at or above the threshold. */
  readonly falseAlarms: number | null;
}

/** Precision, recall, F1 and false alarms when scores at or above `threshold` count as found. */
export function atThreshold(judged: readonly Judged[], threshold: number): AtThreshold {
  let hits = 0;
  let positives = 0;
  let alarms = 0;
  for (const { label, score } of judged) {
    if (label === 1) positives += 1;
    if (score < threshold) continue;
    if (label === 1) hits += 1;
    else alarms += 1;
  }
  const precision = ratio(hits, hits + alarms);
  const recall = ratio(hits, positives);
  return {
    precision,
    recall,
    f1:
      precision === null || recall === null
        ? null
        : (ratio(2 * precision * recall, precision + recall) ?? 0),
    falseAlarms: ratio(alarms, judged.length - positives),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
