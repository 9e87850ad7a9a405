import { asList, asObject, asText, type JsonObject } from '../json.ts';

const MAX_DEPTH = 8;
const MAX_PROPERTIES = 64;

/** A value that fits a JSON Schema, with words of the prompt where text is wanted. Recursion is cut off. */
export function sampleJson(schema: unknown, prompt: string): unknown {
  return sample(asObject(schema) ?? {}, prompt, 0);
}

function sample(schema: JsonObject, prompt: string, depth: number): unknown {
  if (schema['const'] !== undefined) return schema['const'];
  const choice = asList(schema['enum'])[0];
  if (choice !== undefined) return choice;
  const alternative = [...asList(schema['anyOf']), ...asList(schema['oneOf'])][0];
  if (alternative !== undefined && depth < MAX_DEPTH) {
    return sample(asObject(alternative) ?? {}, prompt, depth + 1);
  }
  const type = asText(schema['type']) ?? asText(asList(schema['type'])[0]);
  switch (type ?? (schema['properties'] === undefined ? 'string' : 'object')) {
    case 'object':
      return depth >= MAX_DEPTH ? {} : sampleObject(schema, prompt, depth);
    case 'array':
      return depth >= MAX_DEPTH ? [] : [sample(asObject(schema['items']) ?? {}, prompt, depth + 1)];
    case 'integer':
    case 'number':
      return sampleNumber(schema, prompt);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleText(schema, prompt);
  }
}

function sampleObject(schema: JsonObject, prompt: string, depth: number): JsonObject {
  const entries = Object.entries(asObject(schema['properties']) ?? {}).slice(0, MAX_PROPERTIES);
  return Object.fromEntries(
    entries.map(([name, property]) => [name, sample(asObject(property) ?? {}, prompt, depth + 1)]),
  );
}

function sampleNumber(schema: JsonObject, prompt: string): number {
  const found = Number(/-?\d{1,9}/.exec(prompt)?.[0] ?? 1);
  const low = Number(schema['minimum'] ?? found);
  const high = Number(schema['maximum'] ?? found);
  return Math.min(Math.max(found, low), high);
}

function sampleText(schema: JsonObject, prompt: string): string {
  switch (schema['format']) {
    case 'date':
      return '2026-01-31';
    case 'date-time':
      return '2026-01-31T12:00:00Z';
    case 'email':
      return 'someone@example.com';
    default: {
      const names = prompt.match(/(?<!^)\b\p{Lu}\p{L}+/gu);
      return names?.at(-1) ?? prompt.trim().slice(0, 40);
    }
  }
}
