import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../../contract/datasets.ts';
import { apiUrl } from '../../../api.ts';
import { useItems, useVersions } from '../../../data/datasets.ts';
import { useScope } from '../../../frame/scope.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { ItemsTable } from './items-table.tsx';

function VersionChoice({ dataset, version }: { dataset: Dataset; version: number | undefined }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const navigate = useNavigate();
  const versions = useVersions(dataset.id);
  return (
    <select
      aria-label={t('columns.version')}
      className="field h-7 w-auto text-xs"
      value={version ?? dataset.latestVersion}
      onChange={(event) => {
        const chosen = Number(event.target.value);
        void navigate({
          to: '/datasets/$id',
          params: { id: dataset.id },
          search: (before) => ({
            ...before,
            version: chosen === dataset.latestVersion ? undefined : chosen,
          }),
        });
      }}
    >
      {(versions.data?.items ?? []).map((one) => (
        <option key={one.version} value={one.version}>
          {t('versionChoice', {
            version: one.version,
            items: one.items,
            time: format.timeShort(one.createdAt),
          })}
        </option>
      ))}
    </select>
  );
}

/** The items of a version, and the same as a file. */
export function ItemsPanel({ dataset }: { dataset: Dataset }) {
  const t = useTranslations('datasets');
  const { project } = useScope();
  const { version } = useSearch({ from: '/datasets/$id' });
  const items = useItems(dataset.id, version);
  const fileOf = (format: string): string =>
    apiUrl(`/api/v1/datasets/${dataset.id}/export`, { project: project.slug, version, format });
  if (dataset.latestVersion === 0) {
    return <p className="panel p-4 text-[0.8125rem] text-muted">{t('noItems')}</p>;
  }
  return (
    <Section
      title={t('columns.items')}
      note={<VersionChoice dataset={dataset} version={version} />}
      actions={
        <span className="flex gap-3 text-xs">
          {(['jsonl', 'csv'] as const).map((format) => (
            <a key={format} href={fileOf(format)} download className="text-accent hover:underline">
              {t('download', { format: format.toUpperCase() })}
            </a>
          ))}
        </span>
      }
      flush
    >
      <QueryView query={items} skeleton={<SkeletonRows rows={8} />}>
        {({ pages }) => (
          <ItemsTable
            dataset={dataset}
            isLatest={version === undefined || version === dataset.latestVersion}
            items={pages.flatMap((page) => page.items)}
            onEnd={() => {
              if (items.hasNextPage && !items.isFetchingNextPage) void items.fetchNextPage();
            }}
          />
        )}
      </QueryView>
    </Section>
  );
}
