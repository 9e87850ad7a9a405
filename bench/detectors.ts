import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_DATA, readManifest, readSet, type SetEntry } from '../train/read-sets.ts';
import { checkFloors } from './detectors/floors.ts';
import { KEYWORD_BASELINE } from './detectors/keyword-baseline.ts';
import { leftOutOf } from './detectors/leave-out.ts';
import { loadLibraries } from './detectors/libraries.ts';
import {
  type Benign,
  joined,
  judgeSet,
  type Measured,
  type MeasuredPart,
  type MeasuredSet,
  measureBenign,
  measureSet,
} from './detectors/measure.ts';
import { withOtherShelf } from './detectors/other-shelf.ts';
import { ourSystem } from './detectors/ours.ts';
import { consoleRow, type Report, shown } from './detectors/report.ts';
import { measureSpeed, type Speed } from './detectors/speed.ts';
import { SYSTEM_F, SYSTEM_F_FACTS } from './detectors/system-f.ts';
import type { System } from './detectors/systems.ts';
import {
  BENIGN_FOLDER,
  TASKS,
  type Task,
  type TaskId,
  WITHOUT_VERDICT,
} from './detectors/tasks.ts';
import { withModelsWithout } from './detectors/train-without.ts';
import { writeAccuracy } from './detectors/write-accuracy.ts';

/**
 * How good our detectors are, beside a list of words, the rules of system F and packages of npm, on the test halves of
 * every labelled set in a folder; and how good on sources that they were never trained on.
 * `npm run bench:detectors [-- --data DIR] [--only TASK,TASK] [--without libraries,left-out,speed]`
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: DEFAULT_DATA },
    only: { type: 'string' },
    without: { type: 'string', default: '' },
  },
});
const data = resolve(values.data);
const without = values.without.split(',');
const only = values.only?.split(',');
const tasks = TASKS.filter(({ id }) => only?.includes(id) ?? true);
if (tasks.length === 0) {
  console.error(`There are: ${TASKS.map(({ id }) => id).join(', ')}`);
  process.exit(2);
}
const manifest = readManifest(data);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function setsOf(folder: string, holds: (set: string) => boolean): MeasuredSet[] {
  return manifest
    .filter((entry) => entry.detector === folder && holds(entry.set))
    .map((entry) => ({ set: entry.set, rows: readSet(data, entry, 'test') }))
    .filter(({ rows }) => rows.length > 0);
}

const libraries = without.includes('libraries') ? [] : await loadLibraries(say);
const systems: readonly System[] = [
  ourSystem(),
  KEYWORD_BASELINE,
  SYSTEM_F,
  SYSTEM_F_FACTS,
  ...libraries,
];
const benignSets = setsOf(BENIGN_FOLDER, () => true);
const results: Partial<Record<TaskId, Measured[]>> = {};
const leftOut: Partial<Record<TaskId, Measured[]>> = {};
const benign: Benign[] = [];
for (const task of tasks) {
  const sets = setsOf(task.folder, task.holds);
  if (sets.length === 0) continue;
  results[task.id] = await measureTask(task, sets);
  const rows = without.includes('left-out') ? [] : await measureLeftOut(task, sets);
  if (rows.length > 0) leftOut[task.id] = rows;
}

async function measureTask(task: Task, sets: readonly MeasuredSet[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const system of systems.filter((one) => one.tasks.includes(task.id))) {
    for (const set of sets) {
      say(`${task.id}: ${system.name} on ${set.set}`);
      const one = await measureSet(system, task, set);
      if (one !== null) measured.push(one);
    }
    if (task.id === 'grounding' || task.id === 'relevance') continue;
    const alarms = await measureBenign(system, task, benignSets);
    if (alarms !== null) benign.push(alarms);
  }
  console.log(`\n${task.title} (positive: ${task.positive})`);
  console.table(measured.map(consoleRow));
  return measured;
}

/** Sources that may not be trained on are left out by their nature; the others by training again without them. */
async function measureLeftOut(task: Task, sets: readonly MeasuredSet[]): Promise<Measured[]> {
  const learners = leftOutOf(task.id, data);
  if (learners.length === 0) return [];
  const never = new Set(
    manifest.filter((entry) => !entry.may_train_shipped_weights).map(({ set }) => set),
  );
  const measured = (results[task.id] ?? []).filter(
    ({ system, set }) => system === 'ours' && never.has(set),
  );
  const parts: MeasuredPart[] = [];
  for (const learner of learners) {
    say(`${task.id}: training without ${learner.learning.name}`);
    await withModelsWithout(data, learner.learning, async (models) => {
      await withOtherShelf(models, async (shelf) => {
        const system = ourSystem(shelf);
        for (const { set, rows } of sets.filter((one) => learner.sets.includes(one.set))) {
          const own = { set, rows: rows.filter((row) => learner.counts(row)) };
          const judged = await judgeSet(system, task, own);
          if (judged !== null) parts.push({ set, judged });
        }
      });
    });
  }
  measured.push(...joined(parts));
  console.log(`\n${task.title}: sources never trained on`);
  console.table(measured.map(consoleRow));
  return measured;
}

/** Four digits are more than the sets can tell. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value;
}

function isMeasured({ detector }: SetEntry): boolean {
  return detector !== BENIGN_FOLDER && !TASKS.some(({ folder }) => folder === detector);
}

if (benign.length > 0) {
  console.log('\nOrdinary answers about which something is said (finds) or flagged (alarms)');
  console.table(
    benign.map(({ system, task, finds, alarms }) => ({
      task,
      system,
      finds: shown(finds),
      alarms: shown(alarms),
    })),
  );
}
let speed: Speed[] = [];
if (!without.includes('speed')) {
  speed = measureSpeed(data, (name) => say(`speed: ${name}`));
  console.log('\nMicroseconds of CPU per KB');
  console.table(
    speed.map(({ name, chat, rag }) => ({
      name,
      chat: chat?.toFixed(1),
      'with passages': rag?.toFixed(1),
    })),
  );
}
const noVerdict = manifest.filter(isMeasured).map((entry) => ({
  folder: entry.detector,
  set: entry.set,
  n: readSet(data, entry, 'test').length,
}));
if (values.only === undefined && noVerdict.length > 0) {
  console.log('\nSets without a local verdict');
  console.table(
    noVerdict.map((one) => ({
      ...one,
      why: WITHOUT_VERDICT[one.folder] ?? 'No detector of ours.',
    })),
  );
}
const report: Report = {
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  results,
  leftOut,
  benign,
  speed,
  without: noVerdict,
  sets: manifest.map((entry) => ({
    folder: entry.detector,
    set: entry.set,
    source: entry.source,
    licence: entry.licence,
    mayTrain: entry.may_train_shipped_weights,
  })),
};
const floors = checkFloors(report);
const shownFloors = floors.filter(({ isMet }) => values.only === undefined || isMet !== null);
console.log('\nFloors');
console.table(
  shownFloors.map(({ title, bound, floor, reached, how, isMet }) => ({
    title,
    floor: `${bound} ${floor}`,
    reached: reached === null ? '–' : reached.n === 1 ? reached.value?.toFixed(0) : shown(reached),
    how,
    met: isMet === null ? 'not measured' : isMet ? 'yes' : 'NO',
  })),
);
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const isWhole =
  data === resolve(DEFAULT_DATA) && values.only === undefined && values.without === '';
const file = isWhole ? 'detectors.json' : `detectors-${basename(data)}-${values.only ?? 'all'}.tmp`;
writeFileSync(join(folder, file), `${JSON.stringify({ ...report, floors }, rounded)}\n`);
if (isWhole) writeAccuracy({ ...report, floors });
console.log(`Written: bench/results/${file}${isWhole ? ' and docs/accuracy.md' : ''}`);
