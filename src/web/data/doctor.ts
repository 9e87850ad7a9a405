import type { DoctorGroup, DoctorPage, DoctorRun } from '../../contract/doctor.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const PATH = '/api/v1/doctor';
const SHOWN_RUNS = 50;

/** The last runs of the checks, newest first. */
export function useDoctorRuns() {
  return useProjectQuery<DoctorPage>('doctor', PATH, { query: { limit: SHOWN_RUNS } });
}

/** Runs the checks of some groups now. */
export function useRunDoctor() {
  return useProjectChange<{ groups: readonly DoctorGroup[] }, DoctorRun>(['doctor'], (body) => ({
    method: 'POST',
    path: PATH,
    body,
  }));
}
