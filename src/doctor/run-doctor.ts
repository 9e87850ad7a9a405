import {
  DOCTOR_CHECKS,
  DOCTOR_GROUPS,
  type DoctorCheck,
  type DoctorCheckName,
  type DoctorGroup,
  type DoctorRequest,
  type DoctorRun,
} from '../contract/doctor.ts';
import { asError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import { errors, providers, recording, responds } from './daily-checks.ts';
import { configuration, models, schema, smoke } from './deploy-checks.ts';
import { type Check, type DoctorTools, found } from './finding.ts';
import { storeRun } from './run-store.ts';
import { cache, retention, retrieval, storage } from './weekly-checks.ts';

const CHECKS: Readonly<Record<DoctorCheckName, Check>> = {
  responds,
  recording,
  providers,
  errors,
  retrieval,
  cache,
  storage,
  retention,
  configuration,
  schema,
  models,
  smoke,
};

/** A check that takes longer has failed. */
const CHECK_MS = 30_000;

export interface DoctorOrder extends DoctorRequest {
  readonly projectId: string;
  readonly startedBy: DoctorRun['startedBy'];
}

/** Runs the checks of some groups one after the other and keeps what they found. */
export async function runDoctor(
  tools: DoctorTools & { readonly newId: NewId },
  order: DoctorOrder,
  stopping: AbortSignal,
): Promise<DoctorRun> {
  const startedAt = new Date(tools.clock.now());
  const groups = DOCTOR_GROUPS.filter((group) => order.groups.includes(group));
  const checks: DoctorCheck[] = [];
  for (const group of groups) {
    for (const name of DOCTOR_CHECKS[group]) {
      checks.push(await runCheck(tools, { name, group }, { order, stopping }));
    }
  }
  const run: DoctorRun = {
    id: tools.newId(),
    startedAt: startedAt.toISOString(),
    finishedAt: new Date(tools.clock.now()).toISOString(),
    startedBy: order.startedBy,
    groups,
    status: worstOf(checks),
    checks,
  };
  await storeRun(tools.database, order.projectId, run);
  return run;
}

function worstOf(checks: readonly DoctorCheck[]): DoctorRun['status'] {
  if (checks.some(({ status }) => status === 'fail')) return 'fail';
  return checks.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}

/** One check; whatever it throws is a finding of its own, so that the others still run. */
async function runCheck(
  tools: DoctorTools,
  { name, group }: { readonly name: DoctorCheckName; readonly group: DoctorGroup },
  { order, stopping }: { readonly order: DoctorOrder; readonly stopping: AbortSignal },
): Promise<DoctorCheck> {
  const startedMs = tools.clock.monotonic();
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(CHECK_MS)]);
  const { projectId, model, asked } = order;
  const what = await CHECKS[name](tools, { projectId, model, asked, signal }).catch(
    (thrown: unknown) => {
      const problem = asError(thrown).message;
      return found(['fail', 'check_broke'], `The check itself failed: ${problem}`, {
        figures: { problem },
        advice: 'Look at the log of the program.',
      });
    },
  );
  return { name, group, ...what, durationMs: Math.round(tools.clock.monotonic() - startedMs) };
}
