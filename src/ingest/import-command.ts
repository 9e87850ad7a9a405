import { createReadStream } from 'node:fs';
import { appendFile, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { EventsReply } from '../contract/events.ts';
import type { Spool } from './spool-record.ts';
import { takeEvents } from './take-events.ts';
import { feedbackLast } from './trace-dir.ts';

/** Where imported lines go: to a running server, or into a spool that the next start loads. */
export type ImportTarget =
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly apiKey: string;
      readonly fetch?: typeof globalThis.fetch;
    }
  | {
      readonly kind: 'spool';
      readonly spool: Pick<Spool, 'append'>;
      readonly projectId: string;
      readonly nowMs: number;
    };

export interface ImportOptions {
  /** Plain or `.gz`. */
  readonly files: readonly string[];
  readonly target: ImportTarget;
  readonly maxLineBytes: number;
  readonly onProgress?: (progress: { done: number; total: number; unit: string }) => void;
  readonly signal?: AbortSignal;
}

export interface ImportResult {
  readonly accepted: number;
  /** Lines that were refused; each is in `<file>.rejects.jsonl` with its number and reason. */
  readonly rejected: number;
  readonly dropped: number;
  readonly rejectFiles: readonly string[];
}

interface Line {
  readonly line: number;
  readonly text: string;
}

const PART_LINES = 500;
const PART_BYTES = 1024 * 1024;
const compress = promisify(gzip);

/**
 * Imports JSONL event files. The same file again adds nothing. Bad lines are kept beside the file and stop
 * nothing. Rejects when a file cannot be read, the server refuses, or the signal aborts; what was sent stays.
 */
export async function importFiles(options: ImportOptions): Promise<ImportResult> {
  const files = options.files.toSorted((a, b) => feedbackLast(basename(a), basename(b)));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const result = { accepted: 0, rejected: 0, dropped: 0, rejectFiles: [] as string[] };
  let before = 0;
  for (const [index, file] of files.entries()) {
    const rejects = `${file}.rejects.jsonl`;
    await rm(rejects, { force: true });
    for await (const part of readParts(file, options.maxLineBytes)) {
      options.signal?.throwIfAborted();
      const reply = await send(options, part.lines);
      result.accepted += reply.accepted;
      result.dropped += reply.dropped;
      result.rejected += reply.rejected.length;
      if (reply.rejected.length > 0 && !result.rejectFiles.includes(rejects)) {
        result.rejectFiles.push(rejects);
      }
      await keepRejects(rejects, part.lines, reply.rejected);
      options.onProgress?.({ done: before + part.bytesRead, total, unit: 'bytes' });
    }
    before += sizes[index] ?? 0;
  }
  return result;
}

async function keepRejects(
  file: string,
  lines: readonly Line[],
  rejected: EventsReply['rejected'],
): Promise<void> {
  if (rejected.length === 0) return;
  const texts = new Map(lines.map(({ line, text }) => [line, text]));
  const kept = rejected.map(({ line, reason }) =>
    JSON.stringify({ line, reason, text: texts.get(line) ?? '' }),
  );
  await appendFile(file, `${kept.join('\n')}\n`);
}

/** Lines of a file in handy parts, with the bytes of the file (as it lies on disk) read so far. */
async function* readParts(
  file: string,
  maxLineBytes: number,
): AsyncGenerator<{ lines: Line[]; bytesRead: number }> {
  const raw = createReadStream(file);
  const isPacked = file.endsWith('.gz');
  const stream = isPacked ? raw.pipe(createGunzip()) : raw;
  if (isPacked) raw.on('error', (error) => stream.destroy(error));
  let lines: Line[] = [];
  let size = 0;
  for await (const { line, text } of splitStream(stream, maxLineBytes)) {
    lines.push({ line, text });
    size += text.length;
    if (lines.length < PART_LINES && size < PART_BYTES) continue;
    yield { lines, bytesRead: raw.bytesRead };
    lines = [];
    size = 0;
  }
  yield { lines, bytesRead: raw.bytesRead };
}

/** Lines of a stream of bytes; the last one may lack its newline. Of a line that is too long only a beginning is kept. */
async function* splitStream(
  stream: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let line = 0;
  const take = (): Line => {
    const text = Buffer.concat(pending).toString('utf8');
    pending = [];
    pendingBytes = 0;
    line += 1;
    return { line, text };
  };
  const keep = (bytes: Buffer): void => {
    // One byte more than allowed is enough to be refused later, and bounds the memory.
    const rest = bytes.subarray(0, Math.max(0, maxLineBytes + 1 - pendingBytes));
    pending.push(rest);
    pendingBytes += rest.length;
  };
  for await (const chunk of stream) {
    let at = 0;
    for (let newline = chunk.indexOf(10); newline >= 0; newline = chunk.indexOf(10, at)) {
      keep(chunk.subarray(at, newline));
      yield take();
      at = newline + 1;
    }
    keep(chunk.subarray(at));
  }
  if (pendingBytes > 0) yield take();
}

async function send(options: ImportOptions, lines: readonly Line[]): Promise<EventsReply> {
  const { target, maxLineBytes, signal } = options;
  if (lines.length === 0) return { accepted: 0, dropped: 0, rejected: [] };
  if (target.kind === 'server') return post(target, { lines, maxLineBytes, signal });
  const { spool, projectId, nowMs } = target;
  const source = { projectId, origin: 'import', nowMs, timeRequired: true } as const;
  return takeEvents({ spool, source, maxLineBytes }, lines);
}

const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;
const RETRIED = [429, 502, 503, 504];
const ErrorReply = z.object({ error: z.object({ message: z.string() }) });

interface Post {
  readonly lines: readonly Line[];
  readonly maxLineBytes: number;
  readonly signal: AbortSignal | undefined;
}

async function post(
  target: Extract<ImportTarget, { kind: 'server' }>,
  { lines, maxLineBytes, signal }: Post,
): Promise<EventsReply> {
  // Too long ones stay here; all others go, each keeping its place in the part.
  const tooLong = lines.filter(({ text }) => Buffer.byteLength(text) > maxLineBytes);
  const sent = lines.filter((line) => !tooLong.includes(line));
  const body = await compress(sent.map(({ text }) => text).join('\n'));
  const reply = await postWithRetry(target, body, signal);
  const reason = `the line is longer than ${maxLineBytes} bytes`;
  return {
    ...reply,
    rejected: [
      ...tooLong.map(({ line }) => ({ line, reason })),
      ...reply.rejected.map((rejection) => ({
        ...rejection,
        line: sent[rejection.line - 1]?.line ?? 0,
      })),
    ],
  };
}

async function postWithRetry(
  { url, apiKey, fetch = globalThis.fetch }: Extract<ImportTarget, { kind: 'server' }>,
  body: Buffer,
  signal: AbortSignal | undefined,
): Promise<EventsReply> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(new URL('/api/v1/events?origin=import', url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
      },
      body: new Uint8Array(body),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.ok) return EventsReply.parse(await response.json());
    const pauseMs = RETRIED.includes(response.status) ? RETRY_MS[attempt] : undefined;
    if (pauseMs === undefined) throw new Error(await reasonOf(response));
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}

async function reasonOf(response: Response): Promise<string> {
  const reply = ErrorReply.safeParse(await response.json().catch(() => null));
  const message = reply.success ? reply.data.error.message : response.statusText;
  return `The server refused the import (${response.status}): ${message}`;
}
