import { Link } from '@tanstack/react-router';
import type { Alert } from '../../../contract/alerts.ts';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Time } from '../../ui/time.tsx';
import { AlertStateBadge } from './state-badge.tsx';
import { useAlertWords } from './use-alert-words.ts';

/** One alert in two lines: what it is and why, how long, and where it stands. */
export function AlertLine({ alert }: { alert: Alert }) {
  const words = useAlertWords();
  const print = words.smallPrint(alert);
  return (
    <div className="grid min-w-0 grow grid-cols-[1rem_minmax(0,1fr)_auto] items-start gap-x-2.5">
      <span className="pt-0.5">
        <SeverityMark severity={alert.severity} iconOnly />
      </span>
      <div className="min-w-0">
        <Link
          to="/alerts/$id"
          params={{ id: alert.id }}
          className="text-[0.8125rem] font-medium wrap-anywhere hover:underline"
        >
          {words.title(alert)}
        </Link>
        <p className="text-xs text-muted wrap-anywhere">
          {words.reason(alert)}
          {print !== '' && <span className="text-2xs max-sm:hidden"> · {print}</span>}
        </p>
      </div>
      <div className="flex flex-col items-end gap-0.5 text-2xs text-muted">
        <AlertStateBadge state={alert.state} />
        <span className="whitespace-nowrap">
          <Time iso={alert.startedAt} as="moment" />
          <span className="max-sm:hidden"> · {words.duration(alert)}</span>
        </span>
      </div>
    </div>
  );
}
