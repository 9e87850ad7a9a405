import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

/** Larger than any answer of a model; a bomb ends here. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/** What comes out of a compressed answer. */
export interface UnpackedEvents {
  data(chunk: Buffer): void;
  end(): void;
  failed(error: Error): void;
  /** The source has to wait, and may go on. */
  pause(): void;
  resume(): void;
}

/** Unpacks an answer that came compressed although it was asked for plain. Bounded. */
export class Unpacker {
  readonly #stream: Transform | null;
  readonly #events: UnpackedEvents;
  #bytes = 0;

  constructor(encoding: string, events: UnpackedEvents) {
    this.#events = events;
    this.#stream = streamOf(encoding);
    if (this.#stream === null) {
      const error = new Error(`The provider compresses as ${encoding}, which is not known here.`);
      queueMicrotask(() => events.failed(error));
      return;
    }
    this.#stream.on('data', (chunk: Buffer) => this.#unpacked(chunk));
    this.#stream.once('end', () => events.end());
    this.#stream.once('error', (error) => events.failed(error));
    this.#stream.on('drain', () => events.resume());
  }

  push(chunk: Buffer): void {
    if (this.#stream?.write(chunk) === false) this.#events.pause();
  }

  end(): void {
    this.#stream?.end();
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  #unpacked(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_UNPACKED_BYTES) this.#events.data(chunk);
    else this.#stream?.destroy(new Error('The unpacked answer is larger than can be read.'));
  }
}

function streamOf(encoding: string): Transform | null {
  // A cut stream then is an error, as a cut plain one is.
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      return zlib.createZstdDecompress();
    default:
      return null;
  }
}
