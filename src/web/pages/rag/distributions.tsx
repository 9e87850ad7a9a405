import { useTranslations } from 'use-intl';
import type { RagReply } from '../../../contract/rag.ts';
import { HistogramBars, type HistogramBin } from '../../charts/index.ts';
import { Section } from '../../ui/section.tsx';
import { useFormat } from '../../use-format.ts';

const MOST_BARS = 40;

/** Every whole number from 0 on, those without retrievals too. */
function filled(distribution: RagReply['hits']): readonly { value: number; count: number }[] {
  const most = Math.min(MOST_BARS, distribution.at(-1)?.value ?? 0);
  const counts = new Map(distribution.map(({ value, count }) => [value, count]));
  return Array.from({ length: most + 1 }, (_, value) => ({ value, count: counts.get(value) ?? 0 }));
}

function Bars(props: { title: string; bins: readonly HistogramBin[]; ends: readonly string[] }) {
  const t = useTranslations('rag');
  const common = useTranslations('common');
  const format = useFormat();
  const n = props.bins.reduce((sum, { count }) => sum + count, 0);
  return (
    <Section title={props.title} note={common('sampleSize', { n: format.count(n) })}>
      {n === 0 ? (
        <p className="text-xs text-muted">{t('notSaid')}</p>
      ) : (
        <>
          <HistogramBars
            bins={props.bins}
            label={t('distributionLabel', { name: props.title, n: format.count(n) })}
            show={format.count}
            className="h-24 w-full"
          />
          <p aria-hidden="true" className="pt-1 text-2xs text-muted tabular-nums">
            {props.ends.join(' – ')}
          </p>
        </>
      )}
    </Section>
  );
}

/** How many passages were found and taken, and how their best scores lie. */
export function Distributions({ reply }: { reply: RagReply }) {
  const t = useTranslations('rag');
  const format = useFormat();
  const whole = (distribution: RagReply['hits']): readonly HistogramBin[] =>
    filled(distribution).map(({ value, count }) => ({ label: format.count(value), count }));
  const [hits, selected] = [whole(reply.hits), whole(reply.selected)];
  const relevance = reply.relevance.map(({ from, count }) => ({
    label: t('scoreFrom', { score: format.score(from) }),
    count,
  }));
  const ends = (bins: readonly HistogramBin[]): readonly string[] =>
    bins.length < 2 ? [] : [bins[0]?.label ?? '', bins.at(-1)?.label ?? ''];
  return (
    <div className="grid gap-3 md:grid-cols-3">
      <Bars title={t('hits')} bins={hits} ends={ends(hits)} />
      <Bars title={t('selected')} bins={selected} ends={ends(selected)} />
      <Bars title={t('relevance')} bins={relevance} ends={ends(relevance)} />
    </div>
  );
}
