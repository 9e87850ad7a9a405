/** Makers of models by how their names begin, behind whatever stands before a slash. */
const FAMILIES: readonly (readonly [family: string, names: RegExp])[] = [
  ['openai', /^(?:gpt|chatgpt|o[1-9]|davinci|text-davinci|codex)/],
  ['anthropic', /^claude/],
  ['google', /^(?:gemini|gemma|palm|bison)/],
  ['meta', /^(?:meta-)?llama/],
  ['mistral', /^(?:mistral|mixtral|ministral|codestral|magistral)/],
  ['qwen', /^(?:qwen|qwq)/],
  ['deepseek', /^deepseek/],
  ['xai', /^grok/],
  ['cohere', /^(?:command|c4ai)/],
  ['zhipu', /^(?:glm|chatglm)/],
  ['moonshot', /^(?:kimi|moonshot)/],
  ['lg', /^exaone/],
  ['naver', /^hyperclova|^hcx/],
];

/**
 * Who made a model, by its name; null when the name does not tell. Judges favour answers of their own family
 * (Panickssery, Bowman, Feng 2024), so a judge of the same family as the judged is warned about.
 */
export function familyOf(model: string): string | null {
  const name = model.toLowerCase();
  if (name.startsWith('demo/')) return null;
  const last = name.slice(name.lastIndexOf('/') + 1);
  return FAMILIES.find(([, names]) => names.test(last))?.[0] ?? null;
}

/** Those of the models that the judge is related to. */
export function sameFamily(judge: string, models: readonly string[]): string[] {
  const family = familyOf(judge);
  return family === null ? [] : models.filter((model) => familyOf(model) === family);
}
