/** System F's monitor of facts, from its description: five parts, none of which looks a fact up. */
export function factualAccuracy(answer: string): number {
  if (answer.length < 10) return 0.5;
  return (
    0.25 * consistency(answer) +
    0.2 * citations(answer) +
    0.2 * quantities(answer) +
    0.25 * knowledge(answer) +
    0.1 * time(answer)
  );
}

const OPPOSITE_WORDS = [
  ['not', 'is'],
  ['never', 'always'],
  ['impossible', 'possible'],
  ['cannot', 'can'],
  ['no', 'yes'],
  ['false', 'true'],
] as const;
const OPPOSITE_QUALITIES = [
  ['big', 'small'],
  ['large', 'small'],
  ['fast', 'slow'],
  ['hot', 'cold'],
  ['high', 'low'],
  ['good', 'bad'],
] as const;
/** It compared all pairs; more sentences than this would take longer than everything else together. */
const MOST_SENTENCES = 60;

function consistency(answer: string): number {
  const sentences = answer
    .toLowerCase()
    .split('.')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .slice(0, MOST_SENTENCES);
  let penalty = 0;
  for (const [at, first] of sentences.entries()) {
    for (const second of sentences.slice(at + 1)) {
      if (OPPOSITE_WORDS.some(([no, yes]) => first.includes(no) && second.includes(yes)))
        penalty += 0.3;
      if (saysOpposite(first, second)) penalty += 0.2;
    }
  }
  return sentences.length === 0 ? 1 : Math.max(0, 1 - penalty / sentences.length);
}

function saysOpposite(first: string, second: string): boolean {
  const [, entity = '', left = ''] = /(\w+) (?:is|has|can) (.*)/.exec(first) ?? [];
  const [, other = '', right = ''] = /(\w+) (?:is|has|can) (.*)/.exec(second) ?? [];
  if (entity === '' || entity !== other) return false;
  return OPPOSITE_QUALITIES.some(
    ([one, two]) =>
      (left.includes(one) && right.includes(two)) || (left.includes(two) && right.includes(one)),
  );
}

const CLAIM =
  /according to|research shows|studies indicate|data reveals|statistics show|evidence suggests|findings demonstrate|reports indicate|surveys show|analysis reveals/i;
const CITATION =
  /\([A-Z][A-Za-z]+(?: et al\.)?,? ?\d{0,4}\)|https?:\/\/\S+|10\.\d{4,9}\/\S+|ISBN[ :]?[\d-]{10,17}/g;

function citations(answer: string): number {
  const found = answer.match(CITATION) ?? [];
  if (found.length === 0) return CLAIM.test(answer) ? 0.6 : 1;
  const faults = found.filter(
    (one) => /example\.com|test\./.test(one) || /^\([A-Za-z .]+\)$/.test(one),
  );
  return Math.max(0, 0.8 - 0.1 * faults.length);
}

const THIS_YEAR = 2026;

function quantities(answer: string): number {
  const numbers = (answer.match(/\b\d[\d,]*(?:\.\d+)?\b/g) ?? []).map((one) =>
    Number(one.replaceAll(',', '')),
  );
  const years = (answer.match(/\b(?:19|20)\d{2}\b/g) ?? []).map(Number);
  const claims = numbers.length + years.length;
  if (claims === 0) return 1;
  const wrong =
    numbers.filter((one) => one > 1e12).length + years.filter((one) => one > THIS_YEAR).length;
  return (claims - wrong) / claims;
}

function knowledge(answer: string): number {
  const lower = answer.toLowerCase();
  const isScientific =
    /evolution|gravity|atom|molecule|cell|vaccine|theory|physics|biology|chemistry/.test(lower);
  const isWrong = /evolution is just a theory|vaccines cause autism/.test(lower);
  const pi = /pi (?:equals|is) (\d+\.\d+)/.exec(lower);
  const wrongPi = pi !== null && Math.abs(Number(pi[1]) - Math.PI) > 0.01;
  return 0.8 - (isScientific && isWrong ? 0.3 : 0) - (wrongPi ? 0.2 : 0);
}

const VAGUE = [
  'recent studies',
  'latest research',
  'current trends',
  'nowadays',
  'today',
  'this year',
  'recently',
  'modern',
];

function time(answer: string): number {
  const lower = answer.toLowerCase();
  const vague = VAGUE.filter((phrase) => lower.includes(phrase)).length;
  const future = (answer.match(/\b20\d{2}\b/g) ?? []).filter(
    (year) => Number(year) > THIS_YEAR,
  ).length;
  return Math.max(0, 1 - 0.05 * vague - 0.2 * future);
}
