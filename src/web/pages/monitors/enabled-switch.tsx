import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../contract/monitors.ts';
import { useEnableMonitor } from '../../data/monitors.ts';
import { Switch } from '../../ui/switch.tsx';

/** Turns a monitor on or off at once. */
export function EnabledSwitch({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const enable = useEnableMonitor(monitor.id);
  const { name } = monitor;
  return (
    <Switch
      label={monitor.enabled ? t('disable', { name }) : t('enable', { name })}
      checked={enable.isPending ? enable.variables : monitor.enabled}
      disabled={enable.isPending}
      onChange={(enabled) => enable.mutate(enabled)}
    />
  );
}
