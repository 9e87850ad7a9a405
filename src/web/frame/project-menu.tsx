import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../ui/button.tsx';
import { ChoiceMenu } from '../ui/choice-menu.tsx';
import { useScope } from './scope.ts';

/** Which project the pages are about. */
export function ProjectMenu() {
  const t = useTranslations('frame');
  const { session, project } = useScope();
  const navigate = useNavigate();
  return (
    <ChoiceMenu
      label={t('project')}
      value={project.slug}
      choices={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
      onChoose={(slug) => void navigate({ to: '/', search: { project: slug } })}
      trigger={
        <button
          type="button"
          aria-label={`${t('project')}: ${project.name}`}
          className={`${buttonClass('quiet')} min-w-0 shrink! text-ink!`}
        >
          <span className="truncate">{project.name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-muted" />
        </button>
      }
    />
  );
}
