import { findLocalProgram } from './administer.ts';
import { askedSettings } from './background-doctor.ts';
import type { DoctorActions, DoctorOptions } from './cli/doctor-command.ts';
import { DOCTOR_GROUPS, DoctorGroup, DoctorRun } from './contract/doctor.ts';
import { type Config, ConfigError } from './core/config.ts';
import { AppError } from './core/errors.ts';
import { createProgramApi } from './datasets/program-api.ts';
import { doctorText } from './doctor/report.ts';

interface DoctorCommandDeps {
  config(): Config;
  print(text: string): void;
}

/** `lqo doctor`: has the running program look at itself. A failed check throws AppError (exit code 1). */
export function doctorActions(deps: DoctorCommandDeps): DoctorActions {
  return { doctor: (options) => examine(deps, options) };
}

async function examine(deps: DoctorCommandDeps, options: DoctorOptions): Promise<void> {
  const groups = options.group.length === 0 ? [...DOCTOR_GROUPS] : options.group.map(groupOf);
  const { api, isLocal } = await findApi(deps, options);
  const run = await api.call(DoctorRun, {
    method: 'POST',
    path: '/api/v1/doctor',
    body: {
      groups: [...new Set(groups)],
      ...(options.model === undefined ? {} : { model: options.model }),
      asked: isLocal ? askedSettings(deps.config()) : null,
    },
  });
  deps.print(options.json ? JSON.stringify(run, null, 2) : doctorText(run));
  if (run.status !== 'fail') return;
  const failed = run.checks.filter(({ status }) => status === 'fail').length;
  throw new AppError('conflict', `${failed} of ${run.checks.length} checks failed.`);
}

function groupOf(text: string): DoctorGroup {
  const parsed = DoctorGroup.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${text} is no group of checks: ${DOCTOR_GROUPS.join(', ')}.`);
}

async function findApi(
  deps: DoctorCommandDeps,
  { url, key, project }: DoctorOptions,
): Promise<{ readonly api: ReturnType<typeof createProgramApi>; readonly isLocal: boolean }> {
  const config = deps.config();
  if (url !== undefined) {
    const token = key ?? config.LQO_API_KEY;
    if (token === null) {
      throw new ConfigError('--url needs --key (or LQO_API_KEY): an API key with the scope admin.');
    }
    return { api: createProgramApi({ url, token, project: null, fetch }), isLocal: false };
  }
  const program = await findLocalProgram(config);
  if (program === null) {
    // Whether the program answers is the first of the checks.
    throw new AppError(
      'upstream_unreachable',
      `No program runs on ${config.DATA_DIR}: start it with "lqo start", or name one with --url and --key.`,
    );
  }
  return { api: createProgramApi({ ...program, project, fetch }), isLocal: true };
}
