import { useTranslations } from 'use-intl';
import { useFacets } from '../../data/interactions.ts';
import { type FieldName, parseFilter, toggleField } from '../../filter-language.ts';
import { classNames } from '../../ui/class-names.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';

/** Facets as the server names them, with the field of the filter language each one sets, in the order shown. */
const FIELDS: Readonly<Record<string, FieldName>> = {
  model: 'model',
  provider: 'provider',
  status: 'status',
  errorType: 'error',
  operation: 'operation',
  origin: 'origin',
  route: 'route',
  cache: 'cache',
  tag: 'tag',
  user: 'user',
  session: 'session',
};

const SHOWN = 8;

interface ValueProps {
  readonly value: string;
  readonly count: number;
  readonly isSet: boolean;
  readonly onToggle: () => void;
}

function FacetValue({ value, count, isSet, onToggle }: ValueProps) {
  const format = useFormat();
  return (
    <li>
      <button
        type="button"
        aria-pressed={isSet}
        onClick={onToggle}
        title={value}
        className={classNames(
          'flex w-full items-center justify-between gap-2 rounded px-2 py-1 min-h-6 text-start text-xs hover:bg-hover',
          isSet && 'bg-accent-soft font-medium text-accent',
        )}
      >
        <span className="truncate">{value}</span>
        <span className={classNames('tabular-nums', !isSet && 'text-muted')}>
          {format.compact(count)}
        </span>
      </button>
    </li>
  );
}

interface Props {
  readonly filter: string;
  readonly onChange: (filter: string) => void;
  readonly open: boolean;
  /** Whether there is room beside the list. */
  readonly isAside: boolean;
}

/** Values with counts; a click filters by one, another click stops. */
export function Facets({ filter, onChange, open, isAside }: Props) {
  const t = useTranslations('interactions.facets');
  const facets = useFacets();
  const { terms } = parseFilter(filter);
  const isSet = (field: FieldName, value: string): boolean =>
    terms.some((term) => term.kind === 'field' && term.field === field && term.value === value);
  return (
    <aside
      aria-label={t('label')}
      className={classNames(
        'panel w-48 shrink-0 overflow-y-auto p-2',
        isAside ? 'xl:block' : 'xl:hidden 2xl:block',
        open
          ? 'max-xl:absolute max-xl:z-10 max-xl:max-h-[70vh] max-xl:shadow-pop'
          : 'max-xl:hidden',
      )}
    >
      <QueryView query={facets} skeleton={<SkeletonRows rows={8} />}>
        {(reply) => {
          const known = Object.entries(FIELDS).flatMap(([name, field]) => {
            const values = reply.facets.find((facet) => facet.name === name)?.values ?? [];
            return values.length === 0 ? [] : [{ field, values }];
          });
          if (known.length === 0) return <p className="p-2 text-xs text-muted">{t('empty')}</p>;
          const sections = known.map(({ field, values }) => (
            <section key={field} className="mb-3">
              <h2 className="px-2 py-1 text-2xs font-semibold text-muted">{t(field)}</h2>
              <ul>
                {values.slice(0, SHOWN).map(({ value, count }) => (
                  <FacetValue
                    key={value}
                    value={value}
                    count={count}
                    isSet={isSet(field, value)}
                    onToggle={() => onChange(toggleField(filter, field, value))}
                  />
                ))}
              </ul>
            </section>
          ));
          return (
            <>
              {sections}
              <p className="px-2 text-2xs text-muted">{t('wholeDays')}</p>
            </>
          );
        }}
      </QueryView>
    </aside>
  );
}
