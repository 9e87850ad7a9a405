import { CircleAlert, RotateCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { ApiError } from '../api.ts';
import { Button } from './button.tsx';

const KNOWN = [
  'network',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'invalid_request',
  'conflict',
  'forbidden_address',
  'too_many_requests',
  'database_unavailable',
  'not_implemented',
  'internal_error',
] as const;

function knownCode(code: string): (typeof KNOWN)[number] {
  return KNOWN.find((known) => known === code) ?? 'internal_error';
}

/** What went wrong, with what a person needs to report it, and a way to try again. */
export function ErrorPanel({ error, retry }: { error: Error; retry?: () => void }) {
  const t = useTranslations('errors');
  const known = error instanceof ApiError ? error : null;
  return (
    <div role="alert" className="panel flex flex-col items-start gap-2 p-4 text-[0.8125rem]">
      <p className="flex items-center gap-2 font-medium text-bad">
        <CircleAlert aria-hidden="true" className="size-4 shrink-0" />
        {known === null ? t('internal_error') : t(knownCode(known.code))}
      </p>
      {error.message !== '' && <p className="wrap-anywhere">{error.message}</p>}
      {known !== null && (
        <p className="font-mono text-xs text-muted wrap-anywhere">
          {known.code}
          {known.requestId !== null && ` · ${t('requestId', { id: known.requestId })}`}
        </p>
      )}
      {retry !== undefined && (
        <Button onClick={retry}>
          <RotateCw aria-hidden="true" className="size-3.5" />
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
