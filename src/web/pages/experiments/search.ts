import type { ExperimentStatus } from '../../../contract/experiments.ts';
import { present, readChoice, readText } from '../../frame/search.ts';

const STATUSES = {
  draft: true,
  running: true,
  paused: true,
  stopped: true,
  decided: true,
} as const;

export interface ExperimentsSearch {
  status?: ExperimentStatus | undefined;
  /** Opens a new experiment on the calls to this model … */
  on?: string | undefined;
  /** … that tries this one against it. */
  against?: string | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readExperimentsSearch(search: Record<string, unknown>): ExperimentsSearch {
  return present({
    status: readChoice<ExperimentStatus>(search['status'], STATUSES),
    on: readText(search['on']),
    against: readText(search['against']),
  });
}
