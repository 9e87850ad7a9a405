import { ExperimentStatus } from '../../../contract/experiments.ts';
import { present, readText } from '../../frame/search.ts';

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
    status: ExperimentStatus.safeParse(search['status']).data,
    on: readText(search['on']),
    against: readText(search['against']),
  });
}
