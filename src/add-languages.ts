import { languagesOf } from './evaluators/text/language.ts';
import { createTextReader } from './evaluators/text/text-facts.ts';
import type { InteractionRow, RecordBatch, RecordStep } from './interactions/record.ts';

/** How much of an answer is looked at, in characters: enough to tell, little enough for every call. */
const LOOKED_AT = 200;
/** A language is that of the answer when it makes up so much of it. */
const MAIN_SHARE = 0.5;
/** Scripts of several languages are told as the one with most speakers. */
const OF_SCRIPT: ReadonlyMap<string, string> = new Map([
  ['cyrillic', 'ru'],
  ['arabic', 'ar'],
]);

/** Texts of a batch whose language may be guessed by n-grams: loading must not wait for more. */
const GUESSES_A_BATCH = 20;

/** Records a batch with the language of each answer, by the beginning of its text. */
export function withLanguages(step: RecordStep): RecordStep {
  return (tx, batch) => step(tx, addLanguages(batch));
}

function addLanguages(batch: RecordBatch): RecordBatch {
  if (batch.interactions.length === 0) return batch;
  const texts = new Map(
    batch.bodies.map(({ interactionId, responseText }) => [interactionId, responseText]),
  );
  let guesses = 0;
  const mayGuess = (): boolean => ++guesses <= GUESSES_A_BATCH;
  const interactions = batch.interactions.map((row): InteractionRow => {
    const language = languageOf(texts.get(row.id) ?? row.responsePreview, mayGuess);
    return { ...row, language };
  });
  return { ...batch, interactions };
}

/** ISO 639-1 code of the main language of a text's beginning; null when it cannot be told. */
export function languageOf(text: string, mayGuess?: () => boolean): string | null {
  const beginning = text.slice(0, LOOKED_AT);
  if (beginning === '') return null;
  const shares = languagesOf(createTextReader()(beginning), mayGuess);
  for (const [code, share] of shares) {
    if (share >= MAIN_SHARE) return OF_SCRIPT.get(code) ?? code;
  }
  return null;
}
