import { asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import { fieldIn } from './fields.ts';

/** The words of a part, or a marker such as `[image]`; null for calls, results and signatures. */
export function partText(part: JsonObject): string | null {
  const text = asText(part['text']);
  if (text !== null) return text;
  const media = asObject(fieldIn(part, 'inlineData')) ?? asObject(fieldIn(part, 'fileData'));
  if (media !== null) return marker(asFilledText(fieldIn(media, 'mimeType')) ?? '');
  const code = asObject(fieldIn(part, 'executableCode'));
  if (code !== null) return asText(code['code']);
  return asText(asObject(fieldIn(part, 'codeExecutionResult'))?.['output']);
}

function marker(type: string): string {
  const kind = /^(image|audio|video)\//.exec(type)?.[1];
  return `[${kind ?? 'file'}]`;
}

/** The words of one turn; null when it has none. */
export function contentText(content: JsonObject): string | null {
  const texts = objectsOf(content['parts']).flatMap((part) => partText(part) ?? []);
  return texts.length === 0 ? null : texts.join('\n');
}

/** The words of the last turn of the user; without one, of the last turn that has words. */
export function lastUserText(contents: readonly JsonObject[]): string | null {
  const worded = contents.flatMap((content) => {
    const text = contentText(content);
    return text === null ? [] : [{ role: asText(content['role']) ?? 'user', text }];
  });
  return (worded.findLast(({ role }) => role === 'user') ?? worded.at(-1))?.text ?? null;
}

/** Whether a turn has parts that no tokenizer counts as text. */
export function hasOtherParts(content: JsonObject): boolean {
  return objectsOf(content['parts']).some(
    (part) => fieldIn(part, 'inlineData') !== undefined || fieldIn(part, 'fileData') !== undefined,
  );
}
