import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PreviewReply, RubricContent } from '../../../../contract/judges.ts';
import { usePreview, useRecentInteractions } from '../../../data/judges.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { type Format, useFormat } from '../../../use-format.ts';

/** Micro-dollars as text; what cost nothing is nothing. */
function usd(format: Format, microUsd: number | null): string {
  return format.usd(microUsd === null ? null : microUsd * 1e-6);
}

const SHOWN = 6;
const INSIDE: readonly string[] = ['judge', 'run'];

interface ChoiceProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** The newest answers of applications, some of them ticked. */
function Choice({ chosen, onChange }: ChoiceProps) {
  const t = useTranslations('judges.preview');
  const recent = useRecentInteractions();
  return (
    <QueryView query={recent} skeleton={<SkeletonRows rows={3} />}>
      {({ items }) => {
        const shown = items.filter(({ origin }) => !INSIDE.includes(origin)).slice(0, SHOWN);
        if (shown.length === 0) return <p className="text-muted">{t('none')}</p>;
        return (
          <ul className="flex flex-col gap-1">
            {shown.map(({ id, promptPreview, responsePreview }) => (
              <li key={id}>
                <label className="flex items-start gap-2">
                  <input
                    type="checkbox"
                    className="mt-0.5 accent-accent-fill"
                    checked={chosen.includes(id)}
                    onChange={(event) =>
                      onChange(
                        event.target.checked
                          ? [...chosen, id]
                          : chosen.filter((other) => other !== id),
                      )
                    }
                  />
                  <span className="min-w-0">
                    <span className="block truncate">{promptPreview}</span>
                    <span className="block truncate text-2xs text-muted">{responsePreview}</span>
                  </span>
                </label>
              </li>
            ))}
          </ul>
        );
      }}
    </QueryView>
  );
}

function Verdicts({ item }: { item: PreviewReply['items'][number] }) {
  const format = useFormat();
  return (
    <li className="border-b border-line py-2 last:border-0">
      <div className="flex flex-wrap items-center gap-1.5">
        {item.scores.map(({ name, value, label, flagged }) => (
          <Badge key={name} tone={flagged ? 'bad' : 'good'}>
            {name} {label} · {format.score(value)}
          </Badge>
        ))}
        {item.problem !== null && <span className="text-warn">{item.problem}</span>}
        <span className="ms-auto text-2xs text-muted tabular-nums">
          {usd(format, item.costMicroUsd)}
        </span>
      </div>
      {item.scores[0]?.reason != null && <p className="mt-1 text-xs">{item.scores[0].reason}</p>}
      {item.scores[0]?.evidence.map((quote) => (
        <q key={quote} className="mt-1 block text-2xs text-muted wrap-anywhere">
          {quote}
        </q>
      ))}
    </li>
  );
}

function Result({ reply }: { reply: PreviewReply }) {
  const t = useTranslations('judges.preview');
  const format = useFormat();
  const { estimateMicroUsd, costMicroUsd } = reply;
  return (
    <div aria-live="polite">
      <p className="text-muted tabular-nums">
        {estimateMicroUsd === null
          ? t('unpriced', { model: reply.model })
          : t('estimate', { cost: usd(format, estimateMicroUsd), model: reply.model })}
        {costMicroUsd !== null && ` ${t('cost', { cost: usd(format, costMicroUsd) })}`}
      </p>
      <ul>
        {reply.items.map((item) => (
          <Verdicts key={item.interactionId} item={item} />
        ))}
      </ul>
    </div>
  );
}

/** Tries a rubric on real interactions before it is saved: what it may cost, what it costs, what it says. */
export function PreviewPanel({ content, isReady }: { content: RubricContent; isReady: boolean }) {
  const t = useTranslations('judges.preview');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const preview = usePreview();
  const isIdle = isReady && chosen.length > 0 && chosen.length <= 10 && !preview.isPending;
  const ask = (estimateOnly: boolean): void =>
    preview.mutate({ content, interactionIds: [...chosen], estimateOnly });
  return (
    <section className="flex flex-col gap-3 rounded-md bg-sunken p-3" aria-label={t('title')}>
      <h3 className="font-medium">{t('title')}</h3>
      <Choice chosen={chosen} onChange={setChosen} />
      <div className="flex flex-wrap gap-2">
        <Button disabled={!isIdle} onClick={() => ask(true)}>
          {t('askCost')}
        </Button>
        <Button disabled={!isIdle} onClick={() => ask(false)}>
          {preview.isPending ? t('asking') : t('ask')}
        </Button>
      </div>
      {preview.error !== null && <ErrorPanel error={preview.error} />}
      {preview.data !== undefined && <Result reply={preview.data} />}
    </section>
  );
}
