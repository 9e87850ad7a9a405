import type { Usage } from '../../interactions/record.ts';
import { NO_USAGE } from '../exchange.ts';
import { asCount, asFilledText, asObject, type JsonObject, objectsOf } from '../json.ts';
import { fieldIn } from './fields.ts';

/**
 * `usageMetadata` with our meaning. The prompt count includes cached tokens; results of server-side tools
 * are input too and counted beside it; thoughts are output and counted beside the candidates, except by
 * servers whose total shows that the candidates already hold them. ProtoJSON leaves out zeros, so with a
 * total a missing count is the rest of it. Nothing reported gives no source.
 */
export function readGeminiUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return NO_USAGE;
  const total = count(usage, 'totalTokenCount');
  const thoughts = count(usage, 'thoughtsTokenCount');
  const candidates = count(usage, 'candidatesTokenCount');
  const prompt = sum(count(usage, 'promptTokenCount'), count(usage, 'toolUsePromptTokenCount'));
  if (total === null && prompt === null && candidates === null && thoughts === null) {
    return NO_USAGE;
  }
  const input = prompt ?? rest(total, sum(candidates, thoughts));
  const output = outputOf({ candidates, thoughts, input, total });
  return {
    input,
    cachedInput: atMost(count(usage, 'cachedContentTokenCount'), input),
    cacheWriteInput: null,
    audioInput: atMost(audioIn(usage, 'promptTokensDetails'), input),
    output,
    reasoning: atMost(thoughts, output),
    audioOutput: atMost(audioIn(usage, 'candidatesTokensDetails'), output),
    source: 'reported',
  };
}

interface Counts {
  readonly candidates: number | null;
  readonly thoughts: number | null;
  readonly input: number | null;
  readonly total: number | null;
}

function outputOf({ candidates, thoughts, input, total }: Counts): number | null {
  if (candidates === null && thoughts === null) return rest(total, input);
  const isInclusive = candidates !== null && total !== null && candidates + (input ?? 0) === total;
  return isInclusive ? candidates : sum(candidates, thoughts);
}

function count(usage: JsonObject, name: string): number | null {
  return asCount(fieldIn(usage, name));
}

function sum(one: number | null, other: number | null): number | null {
  return one === null && other === null ? null : (one ?? 0) + (other ?? 0);
}

function rest(total: number | null, part: number | null): number | null {
  return total === null ? null : Math.max(0, total - (part ?? 0));
}

function atMost(part: number | null, whole: number | null): number | null {
  return part === null ? null : Math.min(part, whole ?? 0);
}

function audioIn(usage: JsonObject, name: string): number | null {
  const audio = objectsOf(fieldIn(usage, name)).find(
    (detail) => asFilledText(detail['modality']) === 'AUDIO',
  );
  return audio === undefined ? null : (asCount(fieldIn(audio, 'tokenCount')) ?? 0);
}

/** `usageMetadata` for callers; null when nothing is known. Unknown counts are left out. */
export function writeGeminiUsage(usage: Usage): JsonObject | null {
  const { input, output, reasoning, cachedInput } = usage;
  if (input === null && output === null) return null;
  const candidates = output === null ? null : output - (reasoning ?? 0);
  return {
    ...told('promptTokenCount', input),
    ...told('cachedContentTokenCount', cachedInput),
    ...told('candidatesTokenCount', candidates),
    ...told('thoughtsTokenCount', reasoning),
    ...told('totalTokenCount', input === null || output === null ? null : input + output),
    ...modalities('promptTokensDetails', input, usage.audioInput),
    ...modalities('candidatesTokensDetails', candidates, usage.audioOutput),
  };
}

function told(name: string, value: number | null): JsonObject {
  return value === null ? {} : { [name]: value };
}

function modalities(name: string, total: number | null, audio: number | null): JsonObject {
  if (total === null || audio === null) return {};
  return {
    [name]: [
      { modality: 'TEXT', tokenCount: Math.max(0, total - audio) },
      { modality: 'AUDIO', tokenCount: audio },
    ],
  };
}
