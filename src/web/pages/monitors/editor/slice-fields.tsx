import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { MonitorSlice } from '../../../../contract/monitors.ts';
import { useCompare } from '../../../data/analytics.ts';
import { IconButton } from '../../../ui/button.tsx';
import { SuggestField } from '../../../ui/suggest-field.tsx';
import { SLICE_PARTS } from '../use-monitor-words.ts';

type Part = (typeof SLICE_PARTS)[number];

interface Props {
  readonly slice: MonitorSlice;
  readonly onChange: (slice: MonitorSlice) => void;
}

function usePartSuggestions(part: Part): readonly string[] {
  const compare = useCompare();
  if (part === 'language') return ['en', 'ko', 'ja', 'zh'];
  return part === 'model' ? (compare.data?.models.map(({ model }) => model) ?? []) : [];
}

function PartField(props: {
  readonly part: Part;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onRemove: () => void;
}) {
  const t = useTranslations('monitors');
  const { part, value, onChange, onRemove } = props;
  const suggestions = usePartSuggestions(part);
  return (
    <div className="flex items-end gap-1">
      <div className="grow">
        <SuggestField
          label={t(`slices.${part}`)}
          value={value}
          suggestions={suggestions}
          required
          {...(part === 'language' ? { placeholder: t('editor.languageHint') } : {})}
          onChange={onChange}
        />
      </div>
      <IconButton label={t('editor.removeSlice', { part: t(`slices.${part}`) })} onClick={onRemove}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  );
}

/** Which calls count: any number of parts, all of which must hold. */
export function SliceFields({ slice, onChange }: Props) {
  const t = useTranslations('monitors');
  // A part that was just added has no value yet; the slice has only those with one.
  const [shown, setShown] = useState<readonly Part[]>(
    SLICE_PARTS.filter((part) => slice[part] !== undefined),
  );
  const set = (part: Part, text: string): void => {
    const { [part]: _before, ...others } = slice;
    onChange(text === '' ? others : { ...others, [part]: text });
  };
  const left = SLICE_PARTS.filter((part) => !shown.includes(part));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1">{t('editor.slice')}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {shown.map((part) => (
          <PartField
            key={part}
            part={part}
            value={slice[part] ?? ''}
            onChange={(text) => set(part, text)}
            onRemove={() => {
              setShown(shown.filter((one) => one !== part));
              set(part, '');
            }}
          />
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {left.length > 0 && (
          <select
            aria-label={t('editor.addSlice')}
            className="field"
            value=""
            onChange={(event) => {
              const part = left.find((one) => one === event.target.value);
              if (part !== undefined) setShown([...shown, part]);
            }}
          >
            <option value="">{t('editor.addSlice')}</option>
            {left.map((part) => (
              <option key={part} value={part}>
                {t(`slices.${part}`)}
              </option>
            ))}
          </select>
        )}
        <p className="text-2xs text-muted">{t('editor.sliceHint')}</p>
      </div>
    </fieldset>
  );
}
