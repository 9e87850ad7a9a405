import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Severity } from '../../../../contract/monitors.ts';
import { useSaveMonitor } from '../../../data/monitors.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Section } from '../../../ui/section.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { backtestOf, bodyOf, type MonitorDraft, withMetric } from '../draft.ts';
import { METRICS } from '../metric-facts.ts';
import { YamlButton } from '../yaml-button.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import { ChannelFields } from './channel-fields.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { MetricChoice } from './metric-choice.tsx';
import { MetricFields } from './metric-fields.tsx';
import { MoreFields } from './more-fields.tsx';
import { SliceFields } from './slice-fields.tsx';

interface PartProps {
  readonly draft: MonitorDraft;
  readonly set: (part: Partial<MonitorDraft>) => void;
}

function WhatFields({ draft, set }: PartProps) {
  const { metric, slice } = draft;
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <MetricChoice value={metric.kind} onChange={(kind) => set(withMetric(draft, kind))} />
        <MetricFields metric={metric} onChange={(next) => set({ metric: next })} />
      </div>
      {METRICS[metric.kind].isTraffic && (
        <SliceFields slice={slice} onChange={(next) => set({ slice: next })} />
      )}
    </div>
  );
}

function NameFields({ draft, set }: PartProps) {
  const t = useTranslations('monitors');
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="min-w-0 grow basis-60">
        <TextField
          label={t('editor.name')}
          value={draft.name}
          placeholder={t('editor.namePlaceholder')}
          required
          maxLength={128}
          onChange={(name) => set({ name })}
        />
      </div>
      <Segmented
        label={t('editor.severity')}
        value={draft.severity}
        options={Severity.options.map((value) => ({ value, label: t(`severities.${value}`) }))}
        onChoose={(severity) => set({ severity })}
      />
    </div>
  );
}

function SaveBar({ draft, children }: { draft: MonitorDraft; children: ReactNode }) {
  const t = useTranslations('monitors.editor');
  const isSentenceWrong = backtestOf(draft) === null;
  const problem = isSentenceWrong ? t('wrong') : t('nameMissing');
  const isComplete = bodyOf(draft) !== null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {children}
      {!isComplete && (
        <p className="text-2xs text-muted" role="status">
          {problem}
        </p>
      )}
    </div>
  );
}

interface Props {
  /** Null makes a new one. */
  readonly id: string | null;
  readonly given: MonitorDraft;
}

/** Writes a monitor, beside what it would have done. */
export function MonitorForm({ id, given }: Props) {
  const t = useTranslations('monitors.editor');
  const navigate = useNavigate();
  const [draft, setDraft] = useState(given);
  const save = useSaveMonitor();
  const set = (part: Partial<MonitorDraft>): void => setDraft({ ...draft, ...part });
  const body = bodyOf(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (body === null) return;
    const onSuccess = (saved: { id: string }): void =>
      void navigate({ to: '/monitors/$id', params: { id: saved.id } });
    save.mutate({ id, body }, { onSuccess });
  };
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(22rem,28rem)]">
      <form onSubmit={submit} className="flex min-w-0 flex-col gap-3 text-[0.8125rem]">
        <div className="panel p-4">
          <NameFields draft={draft} set={set} />
        </div>
        <Section title={t('what')}>
          <WhatFields draft={draft} set={set} />
        </Section>
        <Section title={t('when')}>
          <ConditionFields
            metric={draft.metric.kind}
            condition={draft.condition}
            onChange={(condition) => set({ condition })}
          />
        </Section>
        <Section title={t('who')}>
          <ChannelFields draft={draft} set={set} />
        </Section>
        <MoreFields draft={draft} set={set} />
        {save.error !== null && <ErrorPanel error={save.error} />}
        <SaveBar draft={draft}>
          <Button type="submit" look="primary" disabled={save.isPending || body === null}>
            {t('save')}
          </Button>
          <YamlButton monitor={body} />
        </SaveBar>
      </form>
      <div className="min-w-0 lg:sticky lg:top-14">
        <BacktestPanel draft={draft} />
      </div>
    </div>
  );
}
