import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { useFormat } from '../../use-format.ts';

interface Fact {
  readonly name: 'firstToken' | 'rest' | 'total' | 'overhead';
  readonly value: number | null;
  readonly swatch: string | null;
}

/** What a call has none of, such as a first token when the answer came whole, is left out. */
function isTold({ name, value }: Fact): boolean {
  return name === 'total' || value !== null;
}

/** Where the time went: up to the first token, after it, and what the gateway itself took. */
export function TimingBar({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.timing');
  const format = useFormat();
  const { latencyMs, firstTokenMs, overheadMs } = detail;
  const rest = latencyMs === null || firstTokenMs === null ? null : latencyMs - firstTokenMs;
  const share =
    latencyMs === null || firstTokenMs === null || latencyMs === 0
      ? null
      : Math.min(100, (firstTokenMs / latencyMs) * 100);
  const facts: readonly Fact[] = [
    { name: 'firstToken', value: firstTokenMs, swatch: 'bg-accent-fill' },
    { name: 'rest', value: rest, swatch: 'bg-accent-fill/40' },
    { name: 'total', value: latencyMs, swatch: null },
    { name: 'overhead', value: overheadMs, swatch: null },
  ];
  return (
    <section aria-label={t('title')} className="flex flex-col gap-2">
      <div aria-hidden="true" className="flex h-2 overflow-hidden rounded-full bg-sunken">
        {share !== null && <div className="bg-accent-fill" style={{ width: `${share}%` }} />}
        {latencyMs !== null && <div className="grow bg-accent-fill/40" />}
      </div>
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-xs">
        {facts.filter(isTold).map(({ name, value, swatch }) => (
          <div key={name} className="flex items-center gap-1.5">
            <dt className="flex items-center gap-1.5 text-muted">
              {swatch !== null && <span className={`size-2 rounded-full ${swatch}`} />}
              {t(name)}
            </dt>
            <dd className="font-medium tabular-nums">{format.duration(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
