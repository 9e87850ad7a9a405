/** What every healthy model answers: sixty words, so that a missing one is noticed. */
export const ANSWER_WORDS: readonly string[] = (
  'A gateway shows its worth on the day a provider fails because callers then learn whether it waits ' +
  'when asked to wait turns to another model when one stays silent tells a broken answer from a whole ' +
  'one and never sells half a sentence as the truth while its books say which model spoke ' +
  'and what each attempt has cost'
).split(' ');

export const ANSWER = ANSWER_WORDS.join(' ');
