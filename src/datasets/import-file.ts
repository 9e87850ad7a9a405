import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  ColumnMap,
  type FileFormat,
  type ImportReply,
  MAX_IMPORT_BYTES,
} from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import type { Asker, DatasetDeps } from './dataset-store.ts';
import { itemContents } from './item-content.ts';
import { type Addition, addItems } from './item-store.ts';
import { readFile } from './read-file.ts';

export interface FileToImport extends Pick<Addition, 'datasetId' | 'mode' | 'note'> {
  readonly body: Readable;
  readonly encoding: string | undefined;
  readonly format: FileFormat;
  readonly columns?: string | undefined;
  readonly strict: boolean;
}

/**
 * Reads a file as it comes in and adds its items as one new version. Throws `payload_too_large` beyond 64 MiB or
 * 50,000 items, and `invalid_request` for a strict import with bad lines, or a file without any good one.
 */
export async function importFile(
  deps: DatasetDeps,
  asker: Asker,
  file: FileToImport,
): Promise<ImportReply> {
  const columns = readColumns(file.columns);
  const hash = createHash('sha256').update(fileHead(file.format, file.columns));
  const bytes = counted(unpacked(file.body, file.encoding), (chunk) => hash.update(chunk));
  const { items, rejected, badLines } = await readFile({ format: file.format, columns, bytes });
  if (badLines > 0 && file.strict) {
    const [first] = rejected;
    throw new AppError(
      'invalid_request',
      `${badLines} lines cannot be read, the first is line ${first?.line ?? 0}: ${first?.reason ?? ''}.`,
      { details: { rejected, badLines } },
    );
  }
  if (items.length === 0) {
    const [first] = rejected;
    const why = first === undefined ? '' : ` Line ${first.line}: ${first.reason}.`;
    throw new AppError('invalid_request', `The file holds no item.${why}`, {
      details: { rejected, badLines },
    });
  }
  const added = await addItems(deps, asker, {
    ...file,
    items: itemContents(items.map(({ item }) => item)),
    fileHash: badLines === 0 ? hash.digest('hex') : null,
  });
  return { ...added, rejected: [...rejected], badLines };
}

/** What is hashed before the bytes of a file: how it is read is part of what it is. */
function fileHead(format: FileFormat, columns: string | undefined): string {
  return `${format}\n${columns ?? ''}\n`;
}

/** A column map from its JSON. Throws `invalid_request`. */
export function readColumns(text: string | undefined): ColumnMap | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return ColumnMap.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid_request', 'columns must be a column map in JSON.', { cause });
  }
}

/** The body without its compression. Throws `unsupported_media_type`. */
export function unpacked(body: Readable, encoding: string | undefined): Readable {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  if (name !== 'gzip' && name !== 'x-gzip') {
    throw new AppError('unsupported_media_type', `The content encoding ${name} is not supported.`);
  }
  const plain = createGunzip();
  body.on('error', (error) => plain.destroy(error));
  // Whoever reads is told; nobody may read any more when it fails.
  plain.on('error', () => undefined);
  return body.pipe(plain);
}

/** Passes bytes on and shows each piece. Throws `payload_too_large`, and `invalid_request` for broken compression. */
export async function* counted(
  bytes: Readable,
  show: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_IMPORT_BYTES) {
        throw new AppError('payload_too_large', `A file holds at most ${MAX_IMPORT_BYTES} bytes.`);
      }
      show(chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new AppError('invalid_request', 'The body is not sound gzip.', { cause: error });
    }
    throw error;
  }
}
