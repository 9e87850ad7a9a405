import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CompareReply } from '../../../contract/analytics.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceMenu } from '../../ui/choice-menu.tsx';

const NONE = '';

/** Chooses the model that all others are compared with; the address keeps it. */
export function BaselineMenu({ reply: { models, baseline } }: { reply: CompareReply }) {
  const t = useTranslations('comparison');
  const navigate = useNavigate();
  const keyOf = (of: { provider: string; model: string }): string => `${of.provider} ${of.model}`;
  const choose = (key: string): void => {
    const chosen = models.find((model) => keyOf(model) === key);
    void navigate({
      to: '/models',
      search: (before) => ({ ...before, with: chosen?.model, withProvider: chosen?.provider }),
    });
  };
  const choices = [
    { value: NONE, label: t('nobody') },
    ...models.map((model) => ({
      value: keyOf(model),
      label: (
        <span>
          {model.model} <span className="text-2xs text-muted">{model.provider}</span>
        </span>
      ),
    })),
  ];
  return (
    <ChoiceMenu
      label={t('with')}
      value={baseline === null ? NONE : keyOf(baseline)}
      choices={choices}
      onChoose={choose}
      trigger={
        <Button>
          {baseline === null ? t('with') : t('withModel', { model: baseline.model })}
          <ChevronDown aria-hidden="true" className="size-3.5" />
        </Button>
      }
    />
  );
}
