import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Provider, ProviderTest } from '../../../../contract/routing.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useFormat } from '../../../use-format.ts';
import { FoundModels } from './found-models.tsx';
import { outcomeOf } from './test-outcome.ts';

interface Props {
  readonly provider: Provider;
  readonly result: ProviderTest;
  readonly onClose: () => void;
}

/** What happened when the provider was asked for its models. */
export function TestResult({ provider, result, onClose }: Props) {
  const t = useTranslations('settings.providers.test');
  const format = useFormat();
  const Icon = result.ok ? CircleCheck : CircleAlert;
  const { httpStatus, latencyMs, models } = result;
  const facts = [
    httpStatus === null ? null : `HTTP ${httpStatus}`,
    latencyMs === null ? null : format.duration(latencyMs),
    models === null ? null : t('found', { count: models.length, n: format.count(models.length) }),
  ].filter((fact) => fact !== null);
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md bg-sunken px-3 py-2">
      <div className="flex items-start gap-2">
        <Icon
          aria-hidden="true"
          className={`mt-0.5 size-4 shrink-0 ${result.ok ? 'text-good' : 'text-bad'}`}
        />
        <div className="min-w-0 grow">
          <p>
            <span className="font-medium">{t(`outcomes.${outcomeOf(result)}`)}</span>{' '}
            <span className="text-xs text-muted tabular-nums">{facts.join(' · ')}</span>
          </p>
          {!result.ok && <p className="text-xs wrap-anywhere">{result.message}</p>}
        </div>
        <IconButton label={t('close')} onClick={onClose} className="-my-1.5">
          <X aria-hidden="true" className="size-4" />
        </IconButton>
      </div>
      {models !== null && models.length > 0 && provider.source !== 'built_in' && (
        <FoundModels provider={provider} names={models} />
      )}
    </div>
  );
}
