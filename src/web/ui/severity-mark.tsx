import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Severity } from '../../contract/monitors.ts';
import { classNames } from './class-names.ts';

const ICONS: Record<Severity, LucideIcon> = {
  critical: CircleAlert,
  warning: TriangleAlert,
  info: Info,
};
const COLOURS: Record<Severity, string> = {
  critical: 'text-bad',
  warning: 'text-warn',
  info: 'text-muted',
};

/** How much it matters: a shape, a colour and, unless `iconOnly`, the word. */
export function SeverityMark({ severity, iconOnly }: { severity: Severity; iconOnly?: boolean }) {
  const t = useTranslations('monitors.severities');
  const Icon = ICONS[severity];
  return (
    <span
      className={classNames('inline-flex items-center gap-1 whitespace-nowrap', COLOURS[severity])}
      {...(iconOnly === true ? { title: t(severity) } : {})}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      <span className={iconOnly === true ? 'sr-only' : 'text-xs'}>{t(severity)}</span>
    </span>
  );
}
