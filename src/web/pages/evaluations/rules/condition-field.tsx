import { useTranslations } from 'use-intl';
import { AreaField } from '../../../ui/field.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { ConditionGroup } from './condition-builder.tsx';
import { conditionOf, draftOfCondition } from './condition-draft.ts';
import { conditionOfDraft, type RuleDraft } from './rule-draft.ts';

interface Props {
  readonly draft: RuleDraft;
  readonly set: (part: Partial<RuleDraft>) => void;
}

/** The condition, built from parts or written as JSON. */
export function ConditionField({ draft, set }: Props) {
  const t = useTranslations('rules.form');
  const condition = conditionOfDraft(draft);
  const choose = (way: 'builder' | 'json'): void => {
    if (way === 'json') set({ json: JSON.stringify(conditionOf(draft.condition), null, 2) });
    else if (condition !== null) set({ condition: draftOfCondition(condition), json: null });
  };
  return (
    <section aria-label={t('condition')} className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{t('condition')}</h3>
        <Segmented
          label={t('way')}
          value={draft.json === null ? 'builder' : 'json'}
          onChoose={choose}
          options={[
            { value: 'builder', label: t('builder') },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      {draft.json === null ? (
        <ConditionGroup
          group={draft.condition}
          depth={1}
          onChange={(next) => set({ condition: next })}
          onRemove={null}
        />
      ) : (
        <AreaField
          label={t('conditionJson')}
          hint={condition === null ? t('badCondition') : undefined}
          value={draft.json}
          onChange={(json) => set({ json })}
          rows={12}
        />
      )}
    </section>
  );
}
