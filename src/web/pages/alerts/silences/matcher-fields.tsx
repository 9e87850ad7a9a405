import { Plus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Matcher } from '../../../../contract/alerts.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import type { MatcherDraft } from './draft.ts';

interface OneProps {
  readonly matcher: MatcherDraft;
  readonly isRemovable: boolean;
  readonly set: (part: Partial<Matcher>) => void;
  readonly onRemove: () => void;
}

function OneMatcher({ matcher, isRemovable, set, onRemove }: OneProps) {
  const t = useTranslations('silences.form');
  const { label, operator, value } = matcher;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto_minmax(0,1.4fr)_auto] items-center gap-1.5">
      <input
        aria-label={t('label')}
        className="field"
        value={label}
        required
        maxLength={63}
        spellCheck={false}
        onChange={(event) => set({ label: event.target.value })}
      />
      <select
        aria-label={t('operator')}
        title={t(`operators.${operator}`)}
        className="field font-mono"
        value={operator}
        onChange={(event) => {
          const chosen = Matcher.shape.operator.safeParse(event.target.value);
          if (chosen.success) set({ operator: chosen.data });
        }}
      >
        {Matcher.shape.operator.options.map((one) => (
          <option key={one} value={one} title={t(`operators.${one}`)}>
            {one}
          </option>
        ))}
      </select>
      <input
        aria-label={t('value')}
        className="field"
        value={value}
        maxLength={256}
        spellCheck={false}
        onChange={(event) => set({ value: event.target.value })}
      />
      <IconButton label={t('remove', { label })} disabled={!isRemovable} onClick={onRemove}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </div>
  );
}

interface Props {
  readonly matchers: readonly MatcherDraft[];
  readonly onChange: (matchers: readonly MatcherDraft[]) => void;
}

const MOST = 20;

/** Which alerts are meant: all of the matchers have to fit. */
export function MatcherFields({ matchers, onChange }: Props) {
  const t = useTranslations('silences.form');
  const next = Math.max(0, ...matchers.map(({ key }) => key)) + 1;
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{t('matchers')}</legend>
      {matchers.map((matcher) => (
        <OneMatcher
          key={matcher.key}
          matcher={matcher}
          isRemovable={matchers.length > 1}
          set={(part) =>
            onChange(matchers.map((one) => (one.key === matcher.key ? { ...one, ...part } : one)))
          }
          onRemove={() => onChange(matchers.filter(({ key }) => key !== matcher.key))}
        />
      ))}
      <Button
        className="self-start"
        disabled={matchers.length >= MOST}
        onClick={() => onChange([...matchers, { key: next, label: '', operator: '=', value: '' }])}
      >
        <Plus aria-hidden="true" className="size-3.5" />
        {t('add')}
      </Button>
    </fieldset>
  );
}
