import { AlertState } from '../../../contract/alerts.ts';
import { Severity } from '../../../contract/monitors.ts';
import { present, readText } from '../../frame/search.ts';

export interface AlertsSearch {
  search?: string | undefined;
  state?: AlertState | undefined;
  severity?: Severity | undefined;
  monitor?: string | undefined;
}

/** What the address says about the list; what is not valid is as if it were not there. */
export function readAlertsSearch(search: Record<string, unknown>): AlertsSearch {
  return present({
    search: readText(search['search']),
    state: AlertState.safeParse(search['state']).data,
    severity: Severity.safeParse(search['severity']).data,
    monitor: readText(search['monitor']),
  });
}
