import type { AlertState } from '../../../contract/alerts.ts';
import type { Severity } from '../../../contract/monitors.ts';
import { present, readChoice, readText } from '../../frame/search.ts';

const STATES = {
  pending: true,
  firing: true,
  acknowledged: true,
  silenced: true,
  resolved: true,
} as const;
const SEVERITIES = { critical: true, warning: true, info: true } as const;

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
    state: readChoice<AlertState>(search['state'], STATES),
    severity: readChoice<Severity>(search['severity'], SEVERITIES),
    monitor: readText(search['monitor']),
  });
}
