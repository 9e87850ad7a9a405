/**
 * The expected level of a criterion by the probabilities of the verdict's token, where the provider tells them
 * (G-Eval, Liu et al. 2023, EMNLP): Σ level · p(level) / Σ p(level) over the levels among the most likely tokens.
 * Null where the token cannot be found, or is not the verdict that was read.
 */
export function expectedLevel(
  logprobs: unknown,
  of: { readonly name: string; readonly level: number; readonly levels: readonly number[] },
): number | null {
  const tokens = tokensOf(logprobs);
  const token = verdictToken(tokens, of);
  if (token === null) return null;
  let mass = 0;
  let sum = 0;
  for (const { text, logprob } of token.top) {
    const level = Number(text.trim());
    if (text.trim() === '' || !of.levels.includes(level)) continue;
    const probability = Math.exp(logprob);
    mass += probability;
    sum += level * probability;
  }
  return mass > 0 ? sum / mass : null;
}

interface Token {
  readonly text: string;
  readonly logprob: number;
  readonly top: readonly { readonly text: string; readonly logprob: number }[];
}

/** The token that is the level of the criterion, in its last place in the text. */
function verdictToken(
  tokens: readonly Token[],
  { name, level }: { readonly name: string; readonly level: number },
): Token | null {
  const text = tokens.map((token) => token.text).join('');
  const place = text.lastIndexOf(`"${name}"`);
  if (place === -1) return null;
  const value = /^\s*:\s*/.exec(text.slice(place + name.length + 2));
  if (value === null) return null;
  const start = place + name.length + 2 + value[0].length;
  let at = 0;
  for (const token of tokens) {
    const end = at + token.text.length;
    if (start >= at && start < end) return token.text.trim() === String(level) ? token : null;
    at = end;
  }
  return null;
}

function tokensOf(logprobs: unknown): Token[] {
  const content = isObject(logprobs) ? logprobs['content'] : null;
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).map((token) => {
    const top = Array.isArray(token['top_logprobs']) ? token['top_logprobs'] : [];
    return {
      ...likely(token),
      top: (top.length === 0 ? [token] : top).filter(isObject).map(likely),
    };
  });
}

function likely(token: Readonly<Record<string, unknown>>): { text: string; logprob: number } {
  const { token: text, logprob } = token;
  return {
    text: typeof text === 'string' ? text : '',
    logprob: typeof logprob === 'number' ? logprob : Number.NEGATIVE_INFINITY,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
