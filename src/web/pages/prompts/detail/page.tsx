import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PromptSummary, PromptVersion } from '../../../../contract/prompts.ts';
import { usePrompt, usePromptVersions } from '../../../data/prompts.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Actions } from './actions.tsx';
import { DiffPanel } from './diff.tsx';
import { LabelsPanel } from './labels-panel.tsx';
import { Preview } from './preview.tsx';
import { Snippet } from './snippet.tsx';
import { VersionView } from './version-view.tsx';
import { Versions } from './versions.tsx';

interface Props {
  readonly prompt: PromptSummary;
  readonly versions: readonly PromptVersion[];
}

/** The version of the address, else the one that calls get: `production`, else the newest. */
function useShown({ prompt, versions }: Props): PromptVersion | undefined {
  const { version } = useSearch({ from: '/prompts/$name' });
  const wanted = version ?? prompt.labels['production'] ?? prompt.latestVersion;
  return versions.find((one) => one.version === wanted) ?? versions[0];
}

function PromptView(props: Props) {
  const { prompt, versions } = props;
  const navigate = useNavigate();
  const { compare } = useSearch({ from: '/prompts/$name' });
  const shown = useShown(props);
  const go = (search: { version?: number; compare?: number | undefined }): void =>
    void navigate({
      to: '/prompts/$name',
      params: { name: prompt.name },
      search: (before) => ({ ...before, ...search }),
    });
  if (shown === undefined) return null;
  return (
    <>
      <PageTitle title={prompt.name}>
        <Actions prompt={prompt} shown={shown} onAdded={(version) => go({ version })} />
      </PageTitle>
      {prompt.description !== '' && (
        <p className="mb-3 max-w-4xl text-[0.8125rem] text-muted wrap-anywhere">
          {prompt.description}
        </p>
      )}
      <div className="grid items-start gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <Versions
            versions={versions}
            labels={prompt.labels}
            shown={shown.version}
            onChoose={(version) => go({ version })}
          />
          <LabelsPanel prompt={prompt} versions={versions} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <VersionView version={shown} />
          {versions.length > 1 && (
            <DiffPanel
              name={prompt.name}
              to={shown.version}
              from={compare ?? null}
              versions={versions}
              onChoose={(version) => go({ compare: version })}
            />
          )}
          <Preview key={shown.version} name={prompt.name} version={shown} />
          <Snippet prompt={prompt} version={shown} />
        </div>
      </div>
    </>
  );
}

/** One prompt: its versions, its labels, and how calls use it. */
export function PromptPage() {
  const t = useTranslations('prompts');
  const { name } = useParams({ from: '/prompts/$name' });
  const prompt = usePrompt(name);
  const versions = usePromptVersions(name);
  return (
    <>
      <Link
        to="/prompts"
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('back')}
      </Link>
      {(prompt.data === undefined || versions.data === undefined) && <PageTitle title={name} />}
      <QueryView query={prompt} skeleton={<Skeleton className="h-72" />}>
        {(summary) => (
          <QueryView query={versions} skeleton={<Skeleton className="h-72" />}>
            {({ items }) => <PromptView prompt={summary} versions={items} />}
          </QueryView>
        )}
      </QueryView>
    </>
  );
}
