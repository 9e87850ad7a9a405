import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { PatternFailure, PatternReply } from '../../../contract/patterns.ts';
import { TrendChart, type TrendInput } from '../../charts/index.ts';
import { usePattern } from '../../data/patterns.ts';
import { printFilter } from '../../filter-language.ts';
import { useRangeChoice } from '../../frame/use-range-choice.ts';
import { axisUnit } from '../../time-range.ts';
import { Badge } from '../../ui/badge.tsx';
import { useSmallPrint } from '../../ui/estimate.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { TemplateText } from './template-text.tsx';

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 };

function useInput({ points, interval }: PatternReply): TrendInput {
  const t = useTranslations('patterns.columns');
  const format = useFormat();
  const print = useSmallPrint();
  return useMemo(() => {
    const show = (value: number | null): string => format.percent(value, 1);
    const times = points.map(({ at }) => Date.parse(at));
    const from = times[0] ?? 0;
    const to = (times.at(-1) ?? 0) + UNIT_MS[interval];
    return {
      series: [
        {
          name: t('rate'),
          tone: 'bad',
          kind: 'line',
          points: points.map(({ at, rate }) => ({
            ...{ at: Date.parse(at), value: rate.value, low: rate.low, high: rate.high },
            note: print(rate, show),
          })),
        },
      ],
      ...{ from, to },
      show,
      showAxis: (value) => format.percent(value, value > 0 && value < 0.01 ? 1 : 0),
      showTime: (at) =>
        interval === 'day' ? format.utcBucket(at, 'day') : format.bucket(at, axisUnit(to - from)),
      showTimeFull: (at) => format.timeFull(new Date(at).toISOString()),
      isFraction: true,
      isUtc: interval === 'day',
    };
  }, [points, interval, format, print, t]);
}

function ExampleItem({ example }: { example: PatternReply['examples'][number] }) {
  const t = useTranslations('patterns');
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3 text-[0.8125rem]">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {example.failures.map((kind) => (
          <Badge key={kind} tone="bad">
            {t(`failures.${kind}`)}
          </Badge>
        ))}
        <Link
          to="/interactions/$id"
          params={{ id: example.interactionId }}
          className="text-accent hover:underline"
        >
          {t('open')}
        </Link>
        <span className="ms-auto text-2xs text-muted">
          {example.model} <Time iso={example.at} />
        </span>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 gap-y-1 text-xs">
        <dt className="text-muted">{t('asked')}</dt>
        <dd className="wrap-anywhere">{example.promptPreview}</dd>
        <dt className="text-muted">{t('answered')}</dt>
        <dd className="wrap-anywhere">{example.responsePreview}</dd>
      </dl>
    </li>
  );
}

function Forms({ forms }: Pick<PatternReply, 'forms'>) {
  const t = useTranslations('patterns');
  const format = useFormat();
  if (forms.length === 0) return null;
  return (
    <Section title={t('forms')} note={t('formsNote')}>
      <ul className="flex flex-col gap-1 text-xs">
        {forms.map(({ template, calls }) => (
          <li key={JSON.stringify(template)} className="flex justify-between gap-3">
            <TemplateText template={template} />
            <span className="text-muted tabular-nums">{format.count(calls)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PatternView({ reply }: { reply: PatternReply }) {
  const t = useTranslations('patterns');
  const format = useFormat();
  const input = useInput(reply);
  const { chooseSpan } = useRangeChoice();
  const { searchText, rate, template } = reply.pattern;
  const link = searchText !== null && (
    <Link
      to="/interactions"
      search={{ filter: printFilter([{ kind: 'text', text: searchText }]) }}
      className="text-xs text-accent hover:underline"
    >
      {t('searchCalls')}
    </Link>
  );
  return (
    <div className="flex flex-col gap-3">
      <Section title={t('overTime')} note={<TemplateText template={template} />} actions={link}>
        <TrendChart
          input={input}
          label={t('chartLabel', { rate: format.percent(rate.value, 1) })}
          empty={t('noData')}
          onBrush={chooseSpan}
        />
      </Section>
      <Forms forms={reply.forms} />
      <Section title={t('examples')} note={t('examplesNote')} flush>
        <ul className="divide-y divide-line">
          {reply.examples.map((example) => (
            <ExampleItem key={example.interactionId} example={example} />
          ))}
        </ul>
      </Section>
    </div>
  );
}

/** One pattern over time, with its other forms and some of its calls. */
export function PatternDetail(props: { id: string; failures: readonly PatternFailure[] }) {
  const pattern = usePattern(props.id, props.failures);
  return (
    <div id="pattern" className="scroll-mt-16">
      <QueryView query={pattern} skeleton={<SkeletonRows rows={6} />}>
        {(reply) => <PatternView reply={reply} />}
      </QueryView>
    </div>
  );
}
