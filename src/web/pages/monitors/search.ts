import { MonitorState, Severity } from '../../../contract/monitors.ts';
import { present, readText } from '../../frame/search.ts';

export interface MonitorsSearch {
  search?: string | undefined;
  state?: MonitorState | undefined;
  severity?: Severity | undefined;
}

/** What the address says about the list; what is not valid is as if it were not there. */
export function readMonitorsSearch(search: Record<string, unknown>): MonitorsSearch {
  return present({
    search: readText(search['search']),
    state: MonitorState.safeParse(search['state']).data,
    severity: Severity.safeParse(search['severity']).data,
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
