import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDeleteProject } from '../../data/access.ts';
import { useSignOut } from '../../data/session.ts';
import { useScope } from '../../frame/scope.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';

function DeleteDemo({ id }: { id: string }) {
  const t = useTranslations('settings.project');
  const navigate = useNavigate();
  const remove = useDeleteProject();
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-muted">{t('demoText')}</p>
      <Button
        look="danger"
        disabled={remove.isPending}
        onClick={() =>
          remove.mutate(id, {
            onSuccess: () => void navigate({ to: '/', search: { project: undefined } }),
          })
        }
      >
        <Trash2 aria-hidden="true" className="size-3.5" />
        {remove.isPending ? t('deleting') : t('deleteDemo')}
      </Button>
      {remove.error !== null && <ErrorPanel error={remove.error} />}
    </div>
  );
}

/** The project, who is signed in, and the version. */
export function ProjectPanel() {
  const t = useTranslations('settings.project');
  const { project, session } = useScope();
  const signOut = useSignOut();
  return (
    <Section title={t('title')}>
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{project.name}</span>
          <span className="font-mono text-xs text-muted">{project.slug}</span>
          {project.isDemo && <Badge tone="warn">{t('demo')}</Badge>}
          <span className="text-xs text-muted">
            {t('created')} <Time iso={project.createdAt} />
          </span>
        </p>
        {project.isDemo && <DeleteDemo id={project.id} />}
        <p className="flex flex-wrap items-center gap-3 text-muted">
          <span>
            {session.user === null
              ? t('authOff')
              : t('signedInAs', { name: session.user.name || session.user.email })}
          </span>
          {session.user !== null && (
            <Button onClick={() => signOut.mutate()} disabled={signOut.isPending}>
              {t('signOut')}
            </Button>
          )}
          <span className="text-xs">{t('version', { version: session.version })}</span>
        </p>
      </div>
    </Section>
  );
}
