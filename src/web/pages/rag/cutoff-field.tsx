import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { readRagSearch } from './search.ts';

/** From which score on a passage is a hit; in the address. */
export function CutoffField() {
  const t = useTranslations('rag');
  const { cutoff } = useSearch({ from: '/rag' });
  const navigate = useNavigate({ from: '/rag' });
  const choose = (text: string): void => {
    const asked = text.trim() === '' ? undefined : Number(text);
    const { cutoff: chosen } = readRagSearch({ cutoff: asked });
    void navigate({ search: (before) => ({ ...before, cutoff: chosen }), replace: true });
  };
  return (
    <label className="flex items-center gap-2 text-xs" title={t('cutoffHelp')}>
      {t('cutoff')}
      <input
        type="number"
        step="0.05"
        min="-20"
        max="20"
        className="field h-8 w-24 text-xs tabular-nums"
        placeholder={t('noCutoff')}
        defaultValue={cutoff ?? ''}
        onChange={(event) => choose(event.target.value)}
      />
    </label>
  );
}
