import { type Interval, rateInterval } from '../../src/statistics/intervals.ts';
import type { Row } from '../../train/read-sets.ts';
import { distinct, type Figures, figuresOf, type Judged } from './figures.ts';
import type { System, Verdict } from './systems.ts';
import { judgedText } from './systems.ts';
import { benignSubject, labelledSpans, type Task } from './tasks.ts';

/** What was measured of one system on one set. */
export interface Measured {
  readonly system: string;
  readonly set: string;
  readonly languages: readonly string[];
  readonly figures: Figures;
  /** Recall by what rows say of their kind (model family, category); only where there are several. */
  readonly parts: Readonly<Record<string, Interval>>;
  /** The same of the negatives: what is said of them that should not be. */
  readonly falseParts: Readonly<Record<string, Interval>>;
  /** Share of labelled places that nothing is left of, by type; personal data only. */
  readonly leaks: Readonly<Record<string, Interval>>;
}

export interface MeasuredSet {
  readonly set: string;
  readonly rows: readonly Row[];
}

/** What a system said about the rows of a set. */
export interface JudgedSet {
  readonly system: string;
  readonly rows: readonly (Judged & { readonly row: Row })[];
  readonly leaks: ReadonlyMap<string, readonly [kept: number, all: number]>;
}

/** Asks one system about every row of a set. Null when it has nothing to do with the set's language. */
export async function judgeSet(
  system: System,
  task: Task,
  { rows }: MeasuredSet,
): Promise<JudgedSet | null> {
  const judged: (Judged & { readonly row: Row })[] = [];
  const leaks = new Map<string, [kept: number, all: number]>();
  for (const row of rows) {
    const lang = row.lang ?? '';
    if (system.languages !== null && lang !== '' && !system.languages.includes(lang)) continue;
    const subject = task.subjectOf(row);
    const said = await system.judge(task.id, subject);
    if (said === null) continue;
    if (task.id === 'pii') countLeaks(leaks, { row, text: judgedText(task.id, subject), said });
    judged.push({ label: task.isPositive(row) ? 1 : 0, lang, row, ...line(said) });
  }
  return judged.length === 0 ? null : { system: system.name, rows: judged, leaks };
}

/** Measures one system on a set. */
export async function measureSet(
  system: System,
  task: Task,
  set: MeasuredSet,
): Promise<Measured | null> {
  const judged = await judgeSet(system, task, set);
  return judged === null ? null : summarised(set.set, judged);
}

function summarised(set: string, { system, rows, leaks }: JudgedSet): Measured {
  return {
    system,
    set,
    languages: distinct(rows.map(({ lang }) => lang)),
    figures: figuresOf(rows),
    parts: partsOf(rows, 1),
    falseParts: partsOf(rows, 0),
    leaks: Object.fromEntries(
      [...leaks].map(([type, [kept, all]]) => [type, rateInterval(kept, all)]),
    ),
  };
}

/** A part of a set, judged by a system that never saw it. */
export interface MeasuredPart {
  readonly set: string;
  readonly judged: JudgedSet;
}

/** Parts of one set together: each row was judged by a system that never saw its part. */
export function joined(parts: readonly MeasuredPart[]): Measured[] {
  return [...new Set(parts.map(({ set }) => set))].map((set) => {
    const own = parts.filter((part) => part.set === set).map(({ judged }) => judged);
    const system = own[0]?.system ?? '';
    return summarised(set, { system, rows: own.flatMap(({ rows }) => rows), leaks: new Map() });
  });
}

function line({ score, found, alarm }: Verdict): Pick<Judged, 'score' | 'found' | 'alarm'> {
  return { score, found, alarm };
}

const MOST_PARTS = 32;

/** Share of which something is said, for each model or category of the rows with a label. */
function partsOf(
  judged: readonly (Judged & { readonly row: Row })[],
  wanted: 0 | 1,
): Record<string, Interval> {
  const counts = new Map<string, [found: number, all: number]>();
  for (const { label, found, row } of judged) {
    const part = row['model'] ?? row.category;
    if (label !== wanted || typeof part !== 'string') continue;
    const [hits, all] = counts.get(part) ?? [0, 0];
    counts.set(part, [hits + Number(found), all + 1]);
  }
  if (counts.size < 2 || counts.size > MOST_PARTS) return {};
  return Object.fromEntries(
    distinct([...counts.keys()]).map((part) => [
      part,
      rateInterval(...(counts.get(part) ?? [0, 0])),
    ]),
  );
}

/** A place is kept when nine tenths of it are covered, or when its value is gone from the redacted text. */
function countLeaks(
  leaks: Map<string, [number, number]>,
  { row, text, said }: { readonly row: Row; readonly text: string; readonly said: Verdict },
): void {
  for (const { start, end, type } of labelledSpans(row)) {
    const covered = (said.spans ?? []).reduce(
      (sum, span) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)),
      0,
    );
    const isGone = said.redacted !== undefined && !said.redacted.includes(text.slice(start, end));
    const [kept, all] = leaks.get(type) ?? [0, 0];
    leaks.set(type, [kept + Number(isGone || covered >= 0.9 * (end - start)), all + 1]);
  }
}

/** What a system says about ordinary answers, by language and over all. */
export interface Benign {
  readonly system: string;
  readonly task: string;
  /** Share about which anything was said. */
  readonly finds: Interval;
  readonly alarms: Interval;
  readonly byLanguage: Readonly<
    Record<string, { readonly finds: Interval; readonly alarms: Interval }>
  >;
}

export async function measureBenign(
  system: System,
  task: Task,
  sets: readonly MeasuredSet[],
): Promise<Benign | null> {
  const judged: Judged[] = [];
  for (const row of sets.flatMap(({ rows }) => rows)) {
    const lang = row.lang ?? '';
    if (system.languages !== null && lang !== '' && !system.languages.includes(lang)) continue;
    const said = await system.judge(task.id, benignSubject(task.id, row));
    if (said !== null) judged.push({ label: 0, lang, ...line(said) });
  }
  if (judged.length === 0) return null;
  const languages = distinct(judged.map(({ lang }) => lang));
  return {
    system: system.name,
    task: task.id,
    ...shares(judged),
    byLanguage: Object.fromEntries(
      languages.map((lang) => [lang, shares(judged.filter((one) => one.lang === lang))]),
    ),
  };
}

function shares(judged: readonly Judged[]): { finds: Interval; alarms: Interval } {
  const { falseFinds, falseAlarms } = figuresOf(judged);
  return { finds: falseFinds, alarms: falseAlarms };
}
