import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { Badge } from '../../ui/badge.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

type Span = InteractionDetail['spans'][number];

function SpanRow({ span }: { span: Span }) {
  const t = useTranslations('interaction.trace');
  const format = useFormat();
  return (
    <li className="py-2 text-[0.8125rem]">
      <details>
        <summary className="flex flex-wrap items-center gap-2">
          <Badge tone={span.status === 'error' ? 'bad' : 'neutral'}>{span.kind}</Badge>
          <span className="font-medium wrap-anywhere">{span.name}</span>
          <span className="text-xs text-muted tabular-nums">
            {format.duration(span.durationMs)}
          </span>
          <span className="text-xs text-muted">
            <Time iso={span.createdAt} as="clock" />
          </span>
        </summary>
        <div className="mt-2">
          <CodeBlock code={JSON.stringify(span.attributes, null, 2)} label={t('attributes')} />
        </div>
      </details>
    </li>
  );
}

/** The steps around the call that share its trace. */
export function Spans({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.trace');
  if (detail.spans.length === 0) return <p className="text-[0.8125rem] text-muted">{t('empty')}</p>;
  return (
    <ul className="divide-y divide-line">
      {detail.spans.map((span) => (
        <SpanRow key={span.id} span={span} />
      ))}
    </ul>
  );
}
