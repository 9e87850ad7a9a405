import { type FileHandle, open } from 'node:fs/promises';
import { nullWhenMissing } from './spool-files.ts';
import { listSegments, segmentPath } from './spool-layout.ts';
import {
  type DecodedLines,
  decodeLines,
  decodeTail,
  readHeader,
  type SpoolPiece,
} from './spool-line.ts';

/** A place in a writer's folder; positions are bytes from the beginning of the segment. */
export interface SpoolPosition {
  readonly segment: number;
  readonly position: number;
}

/** One record, or one damaged stretch, in the order of the file. */
export interface SpoolEntry {
  readonly segment: number;
  readonly start: number;
  readonly end: number;
  /** Null for damaged bytes. */
  readonly sequence: number | null;
  /** The record's JSON text; for damaged bytes the bytes in base64. */
  readonly text: string;
  /** What stands behind the JSON text: bodies whose `text` is null in it. */
  readonly bodies?: readonly string[];
  /** How many accepted records a damaged stretch stands for: 0 when all sequences around it are there. */
  readonly lost: number;
}

export interface SpoolChunk {
  readonly from: SpoolPosition;
  readonly to: SpoolPosition;
  /** Sequence of the last intact record so far. */
  readonly lastSequence: number;
  readonly entries: readonly SpoolEntry[];
  readonly bytes: number;
}

export interface ReadRequest {
  readonly from: SpoolPosition;
  /** Records at or below it were read before; a repeated one is passed over. */
  readonly lastSequence: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** True when nobody writes into this folder any more: what follows the last newline is a torn tail. */
  readonly abandoned: boolean;
}

interface Stretch {
  readonly segment: number;
  readonly start: number;
  readonly bytes: Buffer;
  /** True when the segment ends here and will not grow. */
  readonly final: boolean;
  readonly nextSegment: number | null;
}

/**
 * The next records of a writer's folder from a place on; null when there is nothing new. Answers only
 * whole lines and passes on to the next segment when one has ended. Damaged bytes are answered once it
 * is known what follows them.
 */
export async function readSpool(
  directory: string,
  request: ReadRequest,
): Promise<SpoolChunk | null> {
  // Listed before anything is read: a later segment proves that this one no longer grows.
  const segments = await listSegments(directory);
  const segment = segments.find((candidate) => candidate >= request.from.segment);
  if (segment === undefined) return null;
  const nextSegment = segments.find((candidate) => candidate > segment) ?? null;
  const start = segment === request.from.segment ? request.from.position : 0;
  const file = await open(segmentPath(directory, segment), 'r').catch(nullWhenMissing);
  if (file === null) return null;
  try {
    const place = { segment, start, nextSegment, abandoned: request.abandoned };
    return await readSegment(file, place, request);
  } finally {
    await file.close();
  }
}

async function readSegment(
  file: FileHandle,
  place: { segment: number; start: number; nextSegment: number | null; abandoned: boolean },
  request: ReadRequest,
): Promise<SpoolChunk | null> {
  const { segment, start, nextSegment } = place;
  for (let size = request.maxBytes; ; size *= 2) {
    const bytes = await readUpTo(file, start, size);
    const atEnd = bytes.length < size;
    const decoded = decodeLines(bytes, { records: request.maxRecords });
    const final = atEnd && decoded.exhausted && (nextSegment !== null || place.abandoned);
    const tail = final ? decodeTail(bytes, decoded.consumed) : null;
    const found = tail === null ? decoded : { ...decoded, pieces: [...decoded.pieces, tail] };
    const chunk = toChunk({ segment, start, bytes, final, nextSegment }, found, request);
    if (chunk !== null || atEnd) return chunk;
  }
}

async function readUpTo(file: FileHandle, start: number, size: number): Promise<Buffer> {
  const rest = Math.max(0, (await file.stat()).size - start);
  const buffer = Buffer.allocUnsafe(Math.min(size, rest));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function toChunk(stretch: Stretch, decoded: DecodedLines, request: ReadRequest): SpoolChunk | null {
  const { entries, lastSequence, consumed } = collect(stretch, decoded, request.lastSequence);
  const { segment, start, final, nextSegment, bytes } = stretch;
  const from = { segment, position: start };
  if (final) {
    const to =
      nextSegment === null
        ? { segment, position: start + bytes.length }
        : { segment: nextSegment, position: 0 };
    if (nextSegment === null && bytes.length === 0) return null;
    return { from, to, lastSequence, entries, bytes: bytes.length };
  }
  if (consumed === 0) return null;
  const to = { segment, position: start + consumed };
  return { from, to, lastSequence, entries, bytes: consumed };
}

/** Entries in order; a run of damage at the end is left for later unless the segment ends with it. */
function collect(
  stretch: Stretch,
  { pieces, consumed }: DecodedLines,
  before: number,
): { entries: SpoolEntry[]; lastSequence: number; consumed: number } {
  const entries: SpoolEntry[] = [];
  let lastSequence = before;
  let run: SpoolPiece[] = [];
  for (const piece of pieces) {
    if (!piece.intact) {
      run.push(piece);
      continue;
    }
    entries.push(...damage(stretch, run, piece.sequence - lastSequence - 1));
    run = [];
    if (piece.sequence <= lastSequence) continue;
    lastSequence = piece.sequence;
    const { sequence, json, bodies } = piece;
    entries.push({ ...placeOf(stretch, piece), sequence, text: json, bodies, lost: 0 });
  }
  if (run.length === 0) return { entries, lastSequence, consumed };
  if (stretch.final) {
    const known =
      stretch.nextSegment === null
        ? recordsIn(stretch, run)
        : stretch.nextSegment - 1 - lastSequence;
    entries.push(...damage(stretch, run, known));
    return { entries, lastSequence, consumed };
  }
  return { entries, lastSequence, consumed: run[0]?.start ?? consumed };
}

/**
 * How many records damage at the very end stands for, where no later sequence tells: a piece that begins like a
 * line is one, and what follows without a beginning belongs to it (a damaged byte can become a newline).
 */
function recordsIn({ bytes }: Stretch, run: readonly SpoolPiece[]): number {
  const begun = run.filter(({ start, end }) => readHeader(bytes, start, end - 1) !== null);
  return Math.max(1, begun.length);
}

/** The first `gap` pieces of a run stand for one record each: more records than that are not missing. */
function damage(stretch: Stretch, run: readonly SpoolPiece[], gap: number): SpoolEntry[] {
  return run.map((piece, index) => ({
    ...placeOf(stretch, piece),
    sequence: null,
    text: stretch.bytes.toString('base64', piece.start, piece.end),
    lost: index < gap ? 1 : 0,
  }));
}

function placeOf(
  { segment, start }: Stretch,
  piece: SpoolPiece,
): { segment: number; start: number; end: number } {
  return { segment, start: start + piece.start, end: start + piece.end };
}
