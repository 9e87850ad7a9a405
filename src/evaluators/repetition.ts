/**
 * Measures whether the answer repeats itself, as degenerating models do.
 * Method: the longest stretch in which words recur with a fixed period (1 to 60 words), the share of repeated
 * lines, and runs of one character. Code, numbers and answers to prompts that ask for repetition are not judged.
 * Blind spots: the same thought in other words; periods over 60 words unless whole lines repeat; poems and
 * lists built on refrains may score low.
 * Source: own rule, after the loops described by Holtzman et al. 2020, "The Curious Case of Neural Text
 * Degeneration", §1.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { promptCues } from './text/prompt-cues.ts';
import { withoutCode, wordsOf } from './text/text-facts.ts';

const MIN_WORDS = 5;
const MAX_WORDS = 4_000;
const MAX_PERIOD = 60;
const MIN_TIMES = 4;
/** A loop at the very end is a model that ran away, however good the beginning. */
const LOOP_SHARE = 0.3;
const MIN_LOOP_WORDS = 16;
const MIN_LINES = 6;
const REPEATED_LINES_SHARE = 0.6;
const CHARACTER_RUN = /([\p{L}\p{N}])\1{24,}/gu;

/** Looks for loops in the answer; does not apply to very short ones. */
export const repetition = defineEvaluator({
  id: 'repetition',
  version: 'v1',
  title: 'Repetition',
  description: 'Whether the answer goes round in circles.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    if (subject.callsTools || excused(subject, tools)) return [];
    const { text } = tools.read(subject.answer);
    if (/^[[{]/.test(text)) return [];
    const prose = withoutCode(text);
    const words = wordsOf(prose).slice(0, MAX_WORDS);
    const fault = runOfOneCharacter(prose) ?? (words.length < MIN_WORDS ? null : loop(words));
    const problem = fault ?? repeatedLines(prose);
    if (problem !== null) return [problem];
    return words.length < MIN_WORDS ? [] : [passed('repetition')];
  },
});

function excused(subject: Subject, tools: EvaluatorTools): boolean {
  return subject.prompt !== null && promptCues(tools.read(subject.prompt).lower).asksForRepetition;
}

interface Loop {
  readonly period: number;
  readonly from: number;
  readonly words: number;
}

function loop(words: readonly string[]): ScoreDraft | null {
  const longest = longestLoop(words);
  const times = longest.words / longest.period;
  const share = longest.words / words.length;
  const atTheEnd = longest.from + longest.words >= words.length - longest.period;
  const mostly = share >= 0.5 && times >= MIN_TIMES && longest.words >= MIN_WORDS;
  const runaway =
    atTheEnd && share >= LOOP_SHARE && times >= MIN_TIMES && longest.words >= MIN_LOOP_WORDS;
  const unit = words.slice(longest.from, longest.from + longest.period);
  // A matrix of zeros or a table of years is data, not a loop.
  if ((!mostly && !runaway) || unit.every((word) => /^\p{N}+$/u.test(word))) return null;
  const value = Math.max(0, 0.25 * (1 - share));
  return found('repetition', {
    value,
    label: 'repetitive',
    reason: `"${unit.slice(0, 8).join(' ')}" recurs ${Math.floor(times)} times and fills ${Math.round(100 * share)} % of the answer.`,
    flagged: share >= 0.5,
    details: { periodWords: longest.period, times: Math.floor(times), share },
  });
}

/** The stretch with words[i] = words[i − period] that covers most words, over all periods. */
function longestLoop(words: readonly string[]): Loop {
  let best: Loop = { period: 1, from: 0, words: 0 };
  // Every word is compared many times: numbers are compared faster.
  const numbers = numbered(words);
  for (let period = 1; period <= Math.min(MAX_PERIOD, words.length >> 1); period += 1) {
    let run = 0;
    for (let at = period; at < words.length; at += 1) {
      run = numbers[at] === numbers[at - period] ? run + 1 : 0;
      const covered = run === 0 ? 0 : run + period;
      if (covered > best.words && covered >= 2 * period) {
        best = { period, from: at - covered + 1, words: covered };
      }
    }
  }
  return best;
}

/** The same number for the same word. */
function numbered(words: readonly string[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(words, (word) => {
    const number = known.get(word) ?? known.size;
    known.set(word, number);
    return number;
  });
}

function repeatedLines(prose: string): ScoreDraft | null {
  const lines = prose
    .split(/\n|(?<=[.!?。！？])\s/u)
    .map((line) => line.trim().toLowerCase())
    .filter((line) => line.length >= 12 && /\p{L}/u.test(line) && !line.startsWith('|'));
  if (lines.length < MIN_LINES) return null;
  const share = 1 - new Set(lines).size / lines.length;
  if (share < REPEATED_LINES_SHARE) return null;
  return found('repetition', {
    value: 0.25 * (1 - share),
    label: 'repetitive',
    reason: `${Math.round(100 * share)} % of the sentences and lines are repeats.`,
    flagged: true,
    details: { repeatedLines: share },
  });
}

function runOfOneCharacter(prose: string): ScoreDraft | null {
  let covered = 0;
  for (const [run] of prose.matchAll(CHARACTER_RUN)) covered += run.length;
  const share = prose.length === 0 ? 0 : covered / prose.length;
  if (share < LOOP_SHARE) return null;
  return found('repetition', {
    value: 0,
    label: 'repetitive',
    reason: `Runs of one character fill ${Math.round(100 * share)} % of the answer.`,
    flagged: true,
    details: { share },
  });
}
