import { parentPort } from 'node:worker_threads';
import type { ScoreItem } from '../../src/evaluation/scorer.ts';
import { serveCalls } from '../../src/worker/calls.ts';
import { lineOfPort } from '../../src/worker/lines.ts';

/** In the place of the evaluator thread: ends at "break", never answers at "hang", else says what it was told. */
let told = 'nothing';
const port = parentPort;
if (port === null) throw new Error('breaking-thread.ts runs as a worker thread');

serveCalls(lineOfPort(port), {
  settings: ({ version }: { version: number }): void => {
    told = `v${version}`;
  },
  score: ([item]: readonly ScoreItem[]): unknown => {
    const answer = item?.subject.answer;
    if (answer === 'break') process.exit(1);
    if (answer === 'hang') return new Promise(() => undefined);
    return [
      [{ evaluator: 'fake', version: told, kind: 'rule', drafts: [], error: null, seconds: 0 }],
    ];
  },
});
