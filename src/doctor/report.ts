import type { DoctorCheck, DoctorRun } from '../contract/doctor.ts';

const MARKS: Readonly<Record<DoctorCheck['status'], string>> = {
  ok: 'ok     ',
  warn: 'warn   ',
  fail: 'FAIL   ',
  skipped: 'skipped',
};

/** A run as the command line prints it: a line a check, and under it what to do. */
export function doctorText(run: DoctorRun): string {
  const lines = run.groups.flatMap((group) => [
    group,
    ...run.checks.filter((check) => check.group === group).flatMap(linesOf),
    '',
  ]);
  const count = (status: DoctorCheck['status']): number =>
    run.checks.filter((check) => check.status === status).length;
  return [
    ...lines,
    `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed, ${count('skipped')} skipped.`,
  ].join('\n');
}

function linesOf({ status, name, text, advice, estimate }: DoctorCheck): string[] {
  const interval =
    estimate === null || estimate.low === null || estimate.high === null
      ? ''
      : ` [95 %: ${(100 * estimate.low).toFixed(1)} – ${(100 * estimate.high).toFixed(1)} %]`;
  return [
    `  ${MARKS[status]}  ${name.padEnd(14)} ${text}${interval}`,
    ...(advice === null ? [] : [`           ${' '.repeat(14)} ${advice}`]),
  ];
}
