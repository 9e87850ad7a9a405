/**
 * Judged texts are hostile until shown otherwise: each call has marks of its own that no text written before it can
 * know, texts stand between fences with such a mark, and a verdict counts only with the call's word in it.
 */
export interface CallMarks {
  /** In the fences around judged texts. */
  readonly fence: string;
  /** To be repeated in the verdict. */
  readonly word: string;
}

const MARK_CHARACTERS = 12;

/** The marks in 24 or more random hex characters. */
export function marksOf(random: string): CallMarks {
  return {
    fence: random.slice(0, MARK_CHARACTERS),
    word: random.slice(MARK_CHARACTERS, 2 * MARK_CHARACTERS),
  };
}

/** What of one text a judge reads, in characters: its beginning and its end. */
const MAX_TEXT = 24_000;
const TAIL_SHARE = 0.3;

/** One text for the judge, under a name of ours, between fences, with nothing in it that looks like a fence. */
export function fenced(name: string, text: string, { fence }: CallMarks): string {
  return `<<<${name} ${fence}\n${defused(cut(text), fence)}\n>>>${name} ${fence}`;
}

/** Runs of three angle brackets are broken up, and the mark itself cannot occur but by a look into the future. */
function defused(text: string, fence: string): string {
  return text
    .toWellFormed()
    .replaceAll('\0', '\uFFFD')
    .replaceAll(/<{3,}|>{3,}/g, (run) => [...run].join(' '))
    .replaceAll(fence, '[…]');
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const tail = Math.floor(MAX_TEXT * TAIL_SHARE);
  const head = MAX_TEXT - tail;
  const left = text.length - head - tail;
  return `${text.slice(0, head)}\n[… ${left} characters left out …]\n${text.slice(-tail)}`;
}
