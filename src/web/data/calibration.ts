import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type {
  CalibrationBar,
  CalibrationDetail,
  CalibrationReply,
} from '../../contract/calibration.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

/** Every evaluator that people have labelled, by the labels of the last 90 days. */
export function useCalibration() {
  return useProjectQuery<CalibrationReply>('calibration', '/api/v1/calibration');
}

export interface CalibrationChoice {
  readonly name: string;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
}

/** One evaluator at a threshold; what was shown stays while another threshold is on its way. */
export function useCalibrationDetail(
  { name, evaluator, evaluatorVersion }: CalibrationChoice,
  threshold: number,
) {
  const { project } = useScope();
  const query = { name, evaluator, evaluatorVersion, threshold, project: project.slug };
  return useQuery({
    queryKey: ['calibration', project.slug, query],
    queryFn: ({ signal }) =>
      callApi<CalibrationDetail>('/api/v1/calibration/detail', { query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useChangeBar() {
  return useProjectChange<CalibrationBar, CalibrationBar>(['calibration'], (body) => ({
    method: 'PUT',
    path: '/api/v1/calibration/bar',
    body,
  }));
}
