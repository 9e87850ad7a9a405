import { parseDocument, stringify } from 'yaml';
import { MonitorsFile } from '../../contract/monitors.ts';
import { AppError, asError } from '../../core/errors.ts';

/**
 * The monitors of a YAML or JSON text (JSON is YAML). Throws `invalid_request` with the place of the first mistake.
 */
export function readMonitorsFile(text: string): MonitorsFile {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new AppError('invalid_request', `The file is no YAML: ${firstLine(broken.message)}`);
  }
  const parsed = MonitorsFile.safeParse(readDocument(document));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map(String).join('.');
  throw new AppError('invalid_request', `${place === '' ? 'The file' : place}: ${issue?.message}`);
}

/** Throws for aliases of nothing, and for those that would grow without end. */
function readDocument(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new AppError('invalid_request', `The file is no YAML: ${asError(error).message}`);
  }
}

/** The file as text: JSON, or YAML for people. */
export function writeMonitorsFile(file: MonitorsFile, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${JSON.stringify(file, null, 2)}\n` : stringify(file);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
