import { Popover } from '@base-ui/react/popover';
import { CalendarRange } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { PRESETS, type TimeRange } from '../time-range.ts';
import { buttonClass } from '../ui/button.tsx';
import { useFormat } from '../use-format.ts';
import { RangeForm } from './range-form.tsx';
import { useScope } from './scope.ts';
import { useRangeChoice } from './use-range-choice.ts';

function useRangeLabel(range: TimeRange): string {
  const t = useTranslations('range');
  const format = useFormat();
  if (range.preset !== null) return t(range.preset);
  return `${format.timeShort(range.from)} – ${format.timeShort(range.to)}`;
}

/** Which time the pages are about: a preset up to now, or a span of one's own. */
export function RangeMenu() {
  const t = useTranslations('range');
  const format = useFormat();
  const { range, refresh } = useScope();
  const [open, setOpen] = useState(false);
  const { choosePreset, chooseSpan } = useRangeChoice();
  const label = useRangeLabel(range);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={`${buttonClass()} max-sm:px-2`}
        title={`${format.timeFull(range.from)} – ${format.timeFull(range.to)}`}
      >
        <CalendarRange aria-hidden="true" className="size-3.5 text-muted" />
        <span className="max-w-40 truncate tabular-nums max-sm:max-w-24">{label}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-40">
          <Popover.Popup className="flex w-72 flex-col gap-3 rounded-lg bg-surface p-3 shadow-pop outline-none">
            <Popover.Title className="text-[0.8125rem] font-semibold">{t('title')}</Popover.Title>
            <div className="grid grid-cols-4 gap-1">
              {PRESETS.map((preset) => (
                <button
                  key={preset}
                  type="button"
                  aria-pressed={range.preset === preset}
                  className={`${buttonClass(range.preset === preset ? 'primary' : 'plain')} px-1`}
                  onClick={() => {
                    choosePreset(preset);
                    refresh();
                    setOpen(false);
                  }}
                >
                  {t(`short.${preset}`)}
                </button>
              ))}
            </div>
            <RangeForm
              key={range.from}
              range={range}
              onChoose={(from, to) => {
                chooseSpan(from, to);
                setOpen(false);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
