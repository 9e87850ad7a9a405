import { Plus } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { Model, Provider } from '../../../../contract/routing.ts';
import { useModels } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { newTarget, shareOf, type TargetDraft } from './route-draft.ts';
import { TargetFields } from './target-fields.tsx';

interface Props {
  readonly targets: readonly TargetDraft[];
  readonly providers: readonly Provider[];
  /** The provider that a new target starts with. */
  readonly usual: string;
  readonly onChange: (targets: readonly TargetDraft[]) => void;
}

/** Names to choose from for each provider: its listed models, and the built-in ones. */
function modelsOf(models: readonly Model[], providerId: string): readonly string[] {
  if (providerId === 'demo') return ['demo/good', 'demo/poor', 'demo/slow', 'demo/flaky'];
  return models.filter((model) => model.providerId === providerId).map(({ name }) => name);
}

/** Where the calls of a route go. */
export function TargetList({ targets, providers, usual, onChange }: Props) {
  const t = useTranslations('settings.routes');
  const headingId = useId();
  const models = useModels().data?.items ?? [];
  const all = targets.map(({ target }) => target);
  const last = all.at(-1);
  return (
    <section aria-labelledby={headingId} className="flex flex-col gap-2">
      <h3 id={headingId} className="font-medium">
        {t('targets')}
      </h3>
      <p className="text-2xs text-muted">{t('targetsHint')}</p>
      <ol className="flex flex-col gap-2">
        {targets.map(({ key, target }, at) => (
          <TargetFields
            key={key}
            at={at + 1}
            target={target}
            share={shareOf(target, all)}
            providers={providers}
            models={modelsOf(models, target.providerId)}
            onChange={(part) =>
              onChange(
                targets.map((one) =>
                  one.key === key ? { key, target: { ...target, ...part } } : one,
                ),
              )
            }
            onRemove={
              targets.length === 1 ? null : () => onChange(targets.filter((one) => one.key !== key))
            }
          />
        ))}
      </ol>
      <span className="flex flex-wrap gap-2">
        <Button onClick={() => onChange([...targets, newTarget(usual, last?.priority)])}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('addTarget')}
        </Button>
        <Button
          disabled={(last?.priority ?? 0) >= 9}
          onClick={() => onChange([...targets, newTarget(usual, (last?.priority ?? 0) + 1)])}
        >
          <Plus aria-hidden="true" className="size-3.5" />
          {t('addFallback')}
        </Button>
      </span>
    </section>
  );
}
