import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useChannels } from '../../../data/channels.ts';
import { CheckField, SelectField } from '../../../ui/field.tsx';
import type { MonitorDraft } from '../draft.ts';
import { useQuantity } from '../use-quantity.ts';

interface Props {
  readonly draft: MonitorDraft;
  readonly set: (part: Partial<MonitorDraft>) => void;
}

interface ChoiceProps {
  readonly legend: string;
  readonly chosen: readonly string[];
  readonly onChange: (names: string[]) => void;
}

function ChannelChoice({ legend, chosen, onChange }: ChoiceProps) {
  const t = useTranslations('monitors.editor');
  const channels = useChannels();
  const known = channels.data?.items ?? [];
  const gone = chosen.filter((name) => !known.some((channel) => channel.name === name));
  const rows = [...known, ...gone.map((name) => ({ name, enabled: true }))];
  const toggle = (name: string, isOn: boolean): void =>
    onChange(isOn ? [...chosen, name] : chosen.filter((one) => one !== name));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{legend}</legend>
      {rows.length === 0 ? (
        <p className="text-2xs text-muted">
          {t('noChannels')}{' '}
          <Link
            to="/settings/$section"
            params={{ section: 'channels' }}
            className="text-accent underline"
          >
            {t('toChannels')}
          </Link>
        </p>
      ) : (
        <div className="flex flex-wrap gap-x-5 gap-y-1.5">
          {rows.map(({ name, enabled }) => (
            <CheckField
              key={name}
              label={enabled ? name : t('channelOff', { name })}
              checked={chosen.includes(name)}
              onChange={(isOn) => toggle(name, isOn)}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}

const NEVER = 'never';
const RENOTIFY = [30, 60, 180, 360, 720, 1_440];
const ESCALATE = [15, 30, 60, 120, 360];
const FIRST_ESCALATION = 30;

function choicesWith(choices: readonly number[], value: number | null): readonly number[] {
  const all = value === null ? choices : [...new Set([...choices, value])];
  return all.toSorted((a, b) => a - b);
}

function EscalationFields({ draft, set }: Props) {
  const t = useTranslations('monitors.editor');
  const quantity = useQuantity();
  const { escalation } = draft;
  return (
    <>
      <CheckField
        label={t('escalate')}
        checked={escalation !== null}
        onChange={(isOn) =>
          set({ escalation: isOn ? { afterMinutes: FIRST_ESCALATION, channels: [] } : null })
        }
      />
      {escalation !== null && (
        <div className="flex flex-col gap-3 border-s-2 border-line ps-3">
          <SelectField
            label={t('escalateAfter')}
            value={String(escalation.afterMinutes)}
            options={choicesWith(ESCALATE, escalation.afterMinutes).map((minutes) => ({
              value: String(minutes),
              label: quantity.minutes(minutes),
            }))}
            onChange={(chosen) =>
              set({ escalation: { ...escalation, afterMinutes: Number(chosen) } })
            }
          />
          <ChannelChoice
            legend={t('escalateTo')}
            chosen={escalation.channels}
            onChange={(channels) => set({ escalation: { ...escalation, channels } })}
          />
        </div>
      )}
    </>
  );
}

/** Who is told, how often, and who else when nobody acknowledges. */
export function ChannelFields({ draft, set }: Props) {
  const t = useTranslations('monitors.editor');
  const quantity = useQuantity();
  const { channels, renotifyMinutes } = draft;
  return (
    <div className="flex flex-col gap-3">
      <ChannelChoice
        legend={t('channels')}
        chosen={channels}
        onChange={(chosen) => set({ channels: chosen })}
      />
      {channels.length > 0 && (
        <>
          <SelectField
            label={t('renotify')}
            value={renotifyMinutes === null ? NEVER : String(renotifyMinutes)}
            options={[
              ...choicesWith(RENOTIFY, renotifyMinutes).map((minutes) => ({
                value: String(minutes),
                label: t('every', { time: quantity.minutes(minutes) }),
              })),
              { value: NEVER, label: t('neverAgain') },
            ]}
            onChange={(chosen) =>
              set({ renotifyMinutes: chosen === NEVER ? null : Number(chosen) })
            }
          />
          <EscalationFields draft={draft} set={set} />
        </>
      )}
    </div>
  );
}
