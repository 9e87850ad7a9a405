import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { ArmFieldset } from './arm-fieldset.tsx';
import { type ExperimentDraft, emptyArm } from './draft.ts';

interface Props {
  readonly draft: ExperimentDraft;
  readonly set: (part: Partial<ExperimentDraft>) => void;
}

const MAX_ARMS = 10;

/** What is tried: two arms and more, one of them control. */
export function ArmFields({ draft, set }: Props) {
  const t = useTranslations('experiments.form');
  const { arms, control } = draft;
  const nextKey = Math.max(...arms.map(({ key }) => key)) + 1;
  return (
    <div className="flex flex-col gap-3">
      {arms.map((arm) => (
        <ArmFieldset
          key={arm.key}
          arm={arm}
          isControl={arm.key === control}
          isRemovable={arms.length > 2 && arm.key !== control}
          set={(part) =>
            set({ arms: arms.map((one) => (one.key === arm.key ? { ...one, ...part } : one)) })
          }
          onControl={() => set({ control: arm.key })}
          onRemove={() => set({ arms: arms.filter(({ key }) => key !== arm.key) })}
        />
      ))}
      <Button
        className="self-start"
        disabled={arms.length >= MAX_ARMS}
        onClick={() => set({ arms: [...arms, emptyArm(nextKey, `arm-${arms.length + 1}`)] })}
      >
        <Plus aria-hidden="true" className="size-3.5" />
        {t('addArm')}
      </Button>
    </div>
  );
}
