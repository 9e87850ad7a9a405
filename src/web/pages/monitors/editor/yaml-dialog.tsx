import { useTranslations } from 'use-intl';
import { stringify } from 'yaml';
import type { NewMonitor } from '../../../../contract/monitors.ts';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog } from '../../../ui/dialog.tsx';

/** The monitors file with this one monitor in it. */
function fileOf(monitor: NewMonitor): string {
  return stringify({ version: 1, monitors: [monitor] });
}

/** The monitor as code, to be kept with the application's own. */
export function YamlDialog({ monitor, onClose }: { monitor: NewMonitor; onClose: () => void }) {
  const t = useTranslations('monitors.editor');
  return (
    <Dialog open onClose={onClose} title={t('yaml')} wide>
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p className="text-muted">{t('yamlNote')}</p>
        <CodeBlock code={fileOf(monitor)} label={t('yaml')} />
        <CodeBlock code="lqo monitors apply monitors.yaml" label={t('yamlApply')} />
      </div>
    </Dialog>
  );
}
