import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { NewMonitor } from '../../../contract/monitors.ts';
import { Button } from '../../ui/button.tsx';

const YamlDialog = lazy(async () => {
  const { YamlDialog: component } = await import('./editor/yaml-dialog.tsx');
  return { default: component };
});

/** Shows the monitor as YAML; not while it is incomplete. */
export function YamlButton({ monitor }: { monitor: NewMonitor | null }) {
  const t = useTranslations('monitors.editor');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button disabled={monitor === null} onClick={() => setIsOpen(true)}>
        {t('yaml')}
      </Button>
      {isOpen && monitor !== null && (
        <Suspense fallback={null}>
          <YamlDialog monitor={monitor} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
