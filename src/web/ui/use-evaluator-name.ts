import { useTranslations } from 'use-intl';

/** Those that come with the program; others carry their own title. */
const BUILT_IN = [
  'rule-basic',
  'empty',
  'length',
  'keywords',
  'format',
  'language',
  'refusal',
  'repetition',
  'gibberish',
  'truncation',
  'error_like',
  'abuse',
  'toxicity',
  'pii',
  'secrets',
  'prompt_injection',
  'indirect_injection',
  'bias_cues',
  'grounding',
  'relevance',
  'coherence',
  'semantic_similarity',
  'confidence_language',
  'custom_rules',
] as const;

/** Evaluator ids with a dash are the same words as with an underscore. */
function known(id: string): (typeof BUILT_IN)[number] | undefined {
  return BUILT_IN.find((name) => name === id || name === id.replaceAll('-', '_'));
}

/** Names an evaluator in the language of the page. */
export function useEvaluatorName(): (evaluator: { id: string; title: string }) => string {
  const t = useTranslations('evaluations.status.names');
  return ({ id, title }) => {
    const name = known(id);
    return name === undefined ? title : t(name);
  };
}
