import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import type { TextMark } from '../../text-marks.ts';
import { Badge } from '../../ui/badge.tsx';
import { classNames } from '../../ui/class-names.ts';
import { MarkedText } from '../../ui/marked-text.tsx';
import { useFormat } from '../../use-format.ts';
import { type GroundingFacts, isUnsupported, type SupportedSentence } from './grounding.ts';

/** Marks within one sentence, counted from its start. */
function marksWithin({ start, end }: SupportedSentence, marks: readonly TextMark[]): TextMark[] {
  return marks
    .filter((mark) => mark.start < end && mark.end > start)
    .map((mark) => ({ ...mark, start: Math.max(0, mark.start - start), end: mark.end - start }));
}

const LOOKS = {
  unsupported: 'border-bad bg-bad-soft',
  differs: 'border-warn bg-warn-soft',
  supported: 'border-good',
} as const;
const CONFLICT =
  'bg-transparent text-inherit underline decoration-bad decoration-wavy underline-offset-2';

interface SentenceProps {
  readonly facts: GroundingFacts;
  readonly sentence: SupportedSentence;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Sentence({ facts, sentence, isChosen, onChoose }: SentenceProps) {
  const t = useTranslations('interaction.grounding');
  const format = useFormat();
  const bad = isUnsupported(sentence);
  const marks = marksWithin(sentence, facts.conflicts);
  const state = bad ? 'unsupported' : marks.length > 0 ? 'differs' : 'supported';
  return (
    <li>
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        onFocus={onChoose}
        onMouseEnter={onChoose}
        className={classNames(
          'flex w-full min-w-0 items-baseline gap-2 rounded-md border-s-2 px-2 py-1.5 text-start text-[0.8125rem]',
          LOOKS[state],
          isChosen && 'outline-2 outline-accent',
        )}
      >
        <span className="min-w-0 grow">
          <MarkedText
            text={facts.answer.slice(sentence.start, sentence.end)}
            marks={marks}
            lookOf={() => CONFLICT}
            titleOf={({ kind, note }) => note ?? kind}
          />
        </span>
        <span className="shrink-0 text-2xs text-muted tabular-nums">
          {t(state)} {format.score(sentence.support)}
        </span>
      </button>
    </li>
  );
}

function Passages({
  context,
  chosen,
}: {
  context: readonly string[];
  chosen: SupportedSentence | undefined;
}) {
  const t = useTranslations('interaction.grounding');
  const source = chosen?.source ?? null;
  return (
    <ol className="flex flex-col gap-2" aria-label={t('passages')}>
      {context.map((passage, at) => {
        const marks =
          source !== null && source.passage === at
            ? [{ start: source.start, end: source.end, kind: 'source', note: null }]
            : [];
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: passages never move
            key={at}
            className="rounded-md border border-line px-2.5 py-2 text-xs"
          >
            <p className="mb-1 text-2xs text-muted">{t('passage', { number: at + 1 })}</p>
            <MarkedText
              text={passage}
              marks={marks}
              lookOf={() => 'bg-accent-soft text-accent'}
              titleOf={() => t('source')}
            />
          </li>
        );
      })}
    </ol>
  );
}

/** The answer sentence by sentence beside the passages; the sentence in hand shows what bears it out best. */
export function GroundingView({
  detail,
  facts,
}: {
  detail: InteractionDetail;
  facts: GroundingFacts;
}) {
  const t = useTranslations('interaction.grounding');
  const first = facts.sentences.findIndex(isUnsupported);
  const [chosen, setChosen] = useState(Math.max(0, first));
  return (
    <section aria-label={t('title')} className="flex flex-col gap-2">
      <h2 className="flex flex-wrap items-center gap-2 text-[0.8125rem] font-medium">
        {t('title')}
        <Badge tone={facts.unsupported === 0 ? 'good' : 'bad'}>
          {t('count', { unsupported: facts.unsupported, total: facts.sentences.length })}
        </Badge>
      </h2>
      <p className="text-xs text-muted">{t('explain')}</p>
      <div className="grid gap-3 md:grid-cols-2">
        <ol className="flex flex-col gap-1.5" aria-label={t('sentences')}>
          {facts.sentences.map((sentence, at) => (
            <Sentence
              key={sentence.start}
              facts={facts}
              sentence={sentence}
              isChosen={at === chosen}
              onChoose={() => setChosen(at)}
            />
          ))}
        </ol>
        <Passages context={detail.context} chosen={facts.sentences[chosen]} />
      </div>
    </section>
  );
}
