import type { DialectId } from '../providers/dialect.ts';
import type { JsonObject } from '../providers/json.ts';
import type { ListedModel } from '../routing/router.ts';

/** The models that callers may name, as clients of a dialect read them. */
export function writeModels(dialect: DialectId, models: readonly ListedModel[]): JsonObject {
  const list = models.map((model) => writeModel(dialect, model));
  switch (dialect) {
    case 'openai':
      return { object: 'list', data: list };
    case 'anthropic':
      return {
        data: list,
        has_more: false,
        first_id: models[0]?.id ?? null,
        last_id: models.at(-1)?.id ?? null,
      };
    case 'gemini':
    case 'ollama':
      return { models: list };
    default:
      return dialect satisfies never;
  }
}

/** One model as clients of a dialect read it. What we do not know (sizes, limits) is left out. */
export function writeModel(dialect: DialectId, model: ListedModel): JsonObject {
  const { id, ownedBy, createdAtSeconds } = model;
  const createdAt = new Date(createdAtSeconds * 1000).toISOString();
  switch (dialect) {
    case 'openai':
      return { id, object: 'model', created: createdAtSeconds, owned_by: ownedBy };
    case 'anthropic':
      return { type: 'model', id, display_name: id, created_at: createdAt };
    case 'gemini':
      return {
        name: `models/${id}`,
        displayName: id,
        supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
      };
    case 'ollama':
      return { name: id, model: id, modified_at: createdAt, size: 0, digest: '', details: DETAILS };
    default:
      return dialect satisfies never;
  }
}

/** Ollama clients read these without asking whether they are there. */
const DETAILS = {
  parent_model: '',
  format: '',
  family: '',
  families: [],
  parameter_size: '',
  quantization_level: '',
} as const;
