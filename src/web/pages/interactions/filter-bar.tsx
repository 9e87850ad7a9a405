import { ListFilter, Search, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../../filter-language.ts';
import { IconButton } from '../../ui/button.tsx';

interface Props {
  readonly filter: string;
  readonly problems: readonly Problem[];
  readonly onChange: (filter: string) => void;
  readonly onFacets: () => void;
  readonly facetsOpen: boolean;
}

/** The one line; what it does not understand is said under it. */
export function FilterBar({ filter, problems, onChange, onFacets, facetsOpen }: Props) {
  const t = useTranslations('interactions.filter');
  const id = useId();
  const [line, setLine] = useState(filter);
  return (
    <form
      className="shrink-0"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(line);
      }}
    >
      <div className="flex gap-1.5">
        <IconButton
          label={t('facets')}
          aria-expanded={facetsOpen}
          onClick={onFacets}
          className="border border-edge bg-surface xl:hidden"
        >
          <ListFilter aria-hidden="true" className="size-4" />
        </IconButton>
        <div className="relative min-w-0 grow">
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute start-2.5 top-2 size-4 text-muted"
          />
          <input
            data-page-search=""
            aria-label={t('label')}
            aria-describedby={id}
            aria-invalid={problems.length > 0}
            className="field w-full ps-8! pe-9! font-mono placeholder:font-sans placeholder:text-muted"
            placeholder={t('placeholder')}
            value={line}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setLine(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          {line !== '' && (
            <IconButton
              label={t('clear')}
              className="absolute end-0 top-0"
              onClick={() => {
                setLine('');
                onChange('');
              }}
            >
              <X aria-hidden="true" className="size-4" />
            </IconButton>
          )}
        </div>
      </div>
      <p id={id} className="mt-1 text-2xs text-muted wrap-anywhere">
        {problems.length === 0 ? (
          <span className="max-sm:hidden">{t('help')}</span>
        ) : (
          <span role="alert" className="text-bad">
            {problems
              .map((problem) => t(`problems.${problem.code}`, { word: problem.word }))
              .join(' · ')}
          </span>
        )}
      </p>
    </form>
  );
}
