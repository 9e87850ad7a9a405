import type { Wire } from '../providers/dialect.ts';
import { firstBoundary, lastBoundary } from './event-bounds.ts';

/** How the events of a stream are set apart. Places are counted from the start of `bytes`. */
export interface Framing {
  /** Where the last whole event ends; 0 when there is none. */
  last(bytes: Buffer): number;
  /** Where the first event at or after `from` ends; 0 when it is not whole. */
  first(bytes: Buffer, from?: number): number;
}

const LINE_END = 0x0a;

const FRAMINGS: Record<Wire['framing'], Framing> = {
  sse: { last: lastBoundary, first: firstBoundary },
  // One JSON document a line; a line end inside a string is escaped, so it never is a byte.
  ndjson: {
    last: (bytes) => bytes.lastIndexOf(LINE_END) + 1,
    first: (bytes, from = 0) => bytes.indexOf(LINE_END, from) + 1,
  },
};

export function framingOf(wire: Wire): Framing {
  return FRAMINGS[wire.framing];
}

/** Whole events one by one, as text with their separators; a last one without its end too. */
export function* eventTexts(region: Buffer, framing: Framing): Generator<string> {
  let from = 0;
  while (from < region.length) {
    const end = framing.first(region, from);
    const to = end === 0 ? region.length : end;
    yield region.toString('utf8', from, to);
    from = to;
  }
}
