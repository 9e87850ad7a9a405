import type { MonitorState, Severity } from '../../../contract/monitors.ts';
import { present, readChoice, readText } from '../../frame/search.ts';

const STATES = {
  ok: true,
  pending: true,
  firing: true,
  no_data: true,
  learning: true,
  disabled: true,
} as const;
const SEVERITIES = { critical: true, warning: true, info: true } as const;

export interface MonitorsSearch {
  search?: string | undefined;
  state?: MonitorState | undefined;
  severity?: Severity | undefined;
}

/** What the address says about the list; what is not valid is as if it were not there. */
export function readMonitorsSearch(search: Record<string, unknown>): MonitorsSearch {
  return present({
    search: readText(search['search']),
    state: readChoice<MonitorState>(search['state'], STATES),
    severity: readChoice<Severity>(search['severity'], SEVERITIES),
  });
}

export interface NewMonitorSearch {
  /** Begins with this template … */
  template?: string | undefined;
  /** … or with this monitor. */
  copy?: string | undefined;
}

export function readNewMonitorSearch(search: Record<string, unknown>): NewMonitorSearch {
  return present({ template: readText(search['template']), copy: readText(search['copy']) });
}
