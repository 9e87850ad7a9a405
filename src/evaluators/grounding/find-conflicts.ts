import { isNegator } from '../text/negators.ts';
import { oppositeIn } from '../text/opposites.ts';
import type { Unit } from '../text/scan-units.ts';
import { type SentenceMatch, TELLING } from './match-sentence.ts';
import type { Passages } from './passages.ts';

export type ConflictKind =
  | 'number_mismatch'
  | 'unit_mismatch'
  | 'name_mismatch'
  | 'negation'
  | 'opposite';

/** A place in the answer that the passages do not bear out; `against` is what they say instead, where that is known. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** UTF-16 units in the answer. */
  readonly start: number;
  readonly end: number;
  readonly against: Place | null;
}

/** A stretch of a passage. */
export interface Place {
  readonly passage: number;
  readonly start: number;
  readonly end: number;
}

/** Below this share nothing in the passages is about the same, so that nothing contradicts. */
const SAME_MATTER = 0.5;
const WINDOW = 3;

/** Numbers, units, names, negations and opposites of a sentence that its source does not have, in order. */
export function findConflicts(
  match: SentenceMatch,
  texts: { readonly answer: string; readonly passages: readonly string[] },
  passages: Passages,
): Conflict[] {
  const source = passages.sentences[match.sources[0]];
  const whole = source === undefined ? null : placeOf(source, source);
  const conflicts = [
    ...missingNumbers(match, passages),
    ...otherMeasures(match, texts, passages),
    ...missingNames(match).map((span) => ({ ...span, against: whole })),
  ];
  if (match.bestTwo >= SAME_MATTER) {
    conflicts.push(...flippedNegations(match, passages), ...opposites(match, passages));
  }
  return conflicts.sort((a, b) => a.start - b.start);
}

function placeOf(
  { passage }: { readonly passage: number },
  { start, end }: Omit<Place, 'passage'>,
): Place {
  return { passage, start, end };
}

function placeOfUnit(passages: Passages, at: number): Place | null {
  const unit = passages.units[at];
  const sentence = passages.sentences[passages.sentenceOf[at] ?? -1];
  return unit === undefined || sentence === undefined ? null : placeOf(sentence, unit);
}

function missingNumbers(match: SentenceMatch, passages: Passages): Conflict[] {
  return match.missing.flatMap((at) => {
    const unit = match.units[at];
    if (unit?.kind !== 'number') return [];
    const against = numberBeside(match, at, passages);
    return [{ kind: 'number_mismatch', start: unit.start, end: unit.end, against }];
  });
}

/** The number of the better source that has one, beside most of the same words. */
function numberBeside(match: SentenceMatch, at: number, passages: Passages): Place | null {
  const keys = new Set(around(match.units, at).map(({ key }) => key));
  for (const source of match.sources) {
    const { firstUnit = 0, lastUnit = -1 } = passages.sentences[source] ?? {};
    let best = { place: -1, shared: -1 };
    for (let place = firstUnit; place <= lastUnit; place += 1) {
      if (passages.units[place]?.kind !== 'number') continue;
      const shared = around(passages.units, place).filter(({ key }) => keys.has(key)).length;
      if (shared > best.shared) best = { place, shared };
    }
    if (best.place >= 0) return placeOfUnit(passages, best.place);
  }
  return null;
}

function around(units: readonly Unit[], at: number): readonly Unit[] {
  return units.slice(Math.max(0, at - WINDOW), at + WINDOW + 1);
}

const MEASURES = new Set(
  'percent kilometer mile meter foot feet inch centimeter cm mm kilogram gram pound ounc ton tonn liter litr gallon hour minut second dai week month year decad centuri degre celsiu fahrenheit dollar euro yen won yuan watt kw mw gb mb tb hz'.split(
    ' ',
  ),
);
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['%', 'percent'],
  ['％', 'percent'],
  ['$', 'dollar'],
  ['€', 'euro'],
  ['£', 'sterling'],
  ['¥', 'yen'],
  ['₩', 'won'],
  ['원', 'won'],
  ['円', 'yen'],
  ['元', 'yuan'],
  ['年', 'year'],
  ['년', 'year'],
  ['月', 'month'],
  ['월', 'month'],
  ['日', 'dai'],
  ['일', 'dai'],
]);

/** Numbers that the passages have with another unit everywhere: 5 km for 5 miles. */
function otherMeasures(
  { units }: SentenceMatch,
  texts: { readonly answer: string; readonly passages: readonly string[] },
  passages: Passages,
): Conflict[] {
  return units.flatMap((unit, at) => {
    if (unit.kind !== 'number') return [];
    const own = measureOf(texts.answer, unit, units[at + 1]);
    if (own === null) return [];
    const places = [...passages.placesOf(unit.key)];
    const others = places.map((place) => {
      const text = texts.passages[placeOfUnit(passages, place)?.passage ?? -1] ?? '';
      const other = passages.units[place];
      return other === undefined ? null : measureOf(text, other, passages.units[place + 1]);
    });
    const differs = others.length > 0 && others.every((other) => other !== null && other !== own);
    if (!differs) return [];
    const against = placeOfUnit(passages, places[0] ?? -1);
    return [{ kind: 'unit_mismatch' as const, start: unit.start, end: unit.end, against }];
  });
}

function measureOf(text: string, number: Unit, next: Unit | undefined): string | null {
  const sign =
    SIGNS.get(text[number.end] ?? '') ??
    SIGNS.get(text[number.start - 1] ?? '') ??
    (text[number.end] === ' ' ? SIGNS.get(text[number.end + 1] ?? '') : undefined);
  if (sign !== undefined) return sign;
  const follows = next !== undefined && next.start - number.end <= 1 && MEASURES.has(next.key);
  return follows ? next.key : null;
}

const KATAKANA_NAME = /^[\u30a1-\u30ff]{3,}$/u;

/** Names in no passage; neighbours make one name. A capital at the beginning of the sentence says nothing. */
function missingNames({ units, weights, missing }: SentenceMatch): Omit<Conflict, 'against'>[] {
  const names: { kind: 'name_mismatch'; start: number; end: number; last: number }[] = [];
  for (const at of missing) {
    const unit = units[at];
    if (unit === undefined || !isName(unit, at, weights[at] ?? 0)) continue;
    const before = names.at(-1);
    if (before !== undefined && before.last === at - 1) {
      before.end = unit.end;
      before.last = at;
    } else names.push({ kind: 'name_mismatch', start: unit.start, end: unit.end, last: at });
  }
  return names.map(({ kind, start, end }) => ({ kind, start, end }));
}

/** Whether a unit looks like a name: a capital inside of a sentence, or a long word in Katakana. */
export function isName(unit: Unit, at: number, weight: number): boolean {
  if (unit.kind !== 'word' || weight <= TELLING) return false;
  return (unit.capital && at > 0) || KATAKANA_NAME.test(unit.key);
}

function flippedNegations(
  { units, weights, sources }: SentenceMatch,
  passages: Passages,
): Conflict[] {
  return units.flatMap((unit, at) => {
    if ((weights[at] ?? 0) <= TELLING || isNegator(unit)) return [];
    const places = [...passages.placesOf(unit.key)].filter(
      (place) => passages.sentenceOf[place] === sources[0],
    );
    const negator = negatorNear(units, at);
    const [first] = places;
    const flipped =
      first !== undefined &&
      places.every((place) => (negatorNear(passages.units, place) === null) !== (negator === null));
    if (!flipped) return [];
    const start = Math.min(unit.start, negator?.start ?? unit.start);
    const end = Math.max(unit.end, negator?.end ?? unit.end);
    return [{ kind: 'negation' as const, start, end, against: placeOfUnit(passages, first) }];
  });
}

/** The negation before a word; in scripts without spaces also the one behind it. */
function negatorNear(units: readonly Unit[], at: number): Unit | null {
  for (let back = at - 1; back >= Math.max(0, at - WINDOW); back -= 1) {
    const unit = units[back];
    if (unit !== undefined && isNegator(unit)) return unit;
  }
  if (units[at]?.kind !== 'gram') return null;
  return units.slice(at + 1, at + 1 + WINDOW).find((unit) => isNegator(unit)) ?? null;
}

function opposites({ units, sources }: SentenceMatch, passages: Passages): Conflict[] {
  const has = (key: string): boolean => passages.holds(sources, key);
  return units.flatMap((unit) => {
    if (unit.kind !== 'word' || has(unit.key)) return [];
    const opposite = oppositeIn(unit.key, has);
    if (opposite === null) return [];
    const place = passages
      .placesOf(opposite)
      .find((at) => sources.includes(passages.sentenceOf[at] ?? -1));
    const against = placeOfUnit(passages, place ?? -1);
    return [{ kind: 'opposite' as const, start: unit.start, end: unit.end, against }];
  });
}
