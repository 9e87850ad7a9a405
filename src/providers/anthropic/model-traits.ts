/** What differs between the models that speak this dialect. */
export interface ModelTraits {
  /** The most a model generates; `max_tokens` when the caller names no limit. */
  readonly maxOutputTokens: number;
  /** How thinking is asked for: not at all, by a budget in tokens, or by an effort in words. */
  readonly thinking: 'none' | 'budget' | 'effort';
  /** Whether answers can be held to a JSON Schema (`output_config.format`). */
  readonly schemas: boolean;
  /** Whether `system` messages may stand between others. */
  readonly systemTurns: boolean;
}

const OLDEST: ModelTraits = {
  maxOutputTokens: 4096,
  thinking: 'none',
  schemas: false,
  systemTurns: false,
};
const BUDGET: ModelTraits = { ...OLDEST, maxOutputTokens: 64_000, thinking: 'budget' };
const CURRENT: ModelTraits = {
  maxOutputTokens: 128_000,
  thinking: 'effort',
  schemas: true,
  systemTurns: true,
};

/**
 * The first that fits wins. Source: models overview, extended thinking, structured outputs and
 * mid-conversation system messages of platform.claude.com, read 2026-11-21.
 */
const FAMILIES: readonly (readonly [RegExp, ModelTraits])[] = [
  [/claude-(?:instant|v?[12](?!\d)|3-(?:opus|sonnet|haiku))/, OLDEST],
  [/claude-3-5/, { ...OLDEST, maxOutputTokens: 8192 }],
  [/claude-3-7/, BUDGET],
  [/claude-opus-4-1/, { ...BUDGET, maxOutputTokens: 32_000, schemas: true }],
  [/claude-(?:opus|sonnet|haiku)-4-5/, { ...BUDGET, schemas: true }],
  [/claude-opus-4(?:$|@|-0|-2)/, { ...BUDGET, maxOutputTokens: 32_000 }],
  [/claude-sonnet-4(?:$|@|-0|-2)/, BUDGET],
  [/claude-(?:opus-4-[67]|sonnet-4-6)/, { ...CURRENT, systemTurns: false }],
  [/claude/, CURRENT],
];

/** Models of others behind an Anthropic-compatible API: the API as it was first copied, and room to answer. */
const FOREIGN: ModelTraits = { ...CURRENT, maxOutputTokens: 32_000, thinking: 'budget' };

/** What a model can do, by its name (with prefixes and versions of clouds, too). Unknown Claude models count as current ones. */
export function modelTraits(model: string): ModelTraits {
  const name = model.toLowerCase();
  return FAMILIES.find(([family]) => family.test(name))?.[1] ?? FOREIGN;
}
