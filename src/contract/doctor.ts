import { z } from 'zod';
import { Estimate, Id, PageQuery, ProjectQuery, page, Time } from './common.ts';

export const DOCTOR_GROUPS = ['daily', 'weekly', 'deploy'] as const;
export const DoctorGroup = z.enum(DOCTOR_GROUPS);
export type DoctorGroup = z.infer<typeof DoctorGroup>;

/** The checks by group, in the order in which they run. */
export const DOCTOR_CHECKS = {
  daily: ['responds', 'recording', 'providers', 'errors'],
  weekly: ['retrieval', 'cache', 'storage', 'retention'],
  deploy: ['configuration', 'schema', 'models', 'smoke'],
} as const;
export const DoctorCheckName = z.enum([
  ...DOCTOR_CHECKS.daily,
  ...DOCTOR_CHECKS.weekly,
  ...DOCTOR_CHECKS.deploy,
]);
export type DoctorCheckName = z.infer<typeof DoctorCheckName>;

/** `skipped`: there is nothing to look at, or too little to say anything. */
export const DoctorStatus = z.enum(['ok', 'warn', 'fail', 'skipped']);
export type DoctorStatus = z.infer<typeof DoctorStatus>;

/** What can be found, each with a sentence of its own in every language of the dashboard. */
export const DOCTOR_FINDINGS = [
  'answers',
  'no_pages',
  'not_ready',
  'no_gateway',
  'records_arrive',
  'nothing_recorded',
  'records_stopped',
  'records_lost',
  'records_wait',
  'providers_answer',
  'provider_fails',
  'ollama_away',
  'ollama_empty',
  'no_tries',
  'few_errors',
  'many_errors',
  'too_few_calls',
  'rate_steady',
  'rate_fell',
  'too_few_lookups',
  'space_enough',
  'space_short',
  'retention_kept',
  'retention_late',
  'retention_no_room',
  'settings_applied',
  'settings_differ',
  'settings_unknown',
  'schema_current',
  'schema_behind',
  'sums_differ',
  'models_same',
  'models_changed',
  'no_models',
  'sample_answered',
  'sample_failed',
  'sample_lost',
  'check_broke',
] as const;
export const DoctorFinding = z.enum(DOCTOR_FINDINGS);
export type DoctorFinding = z.infer<typeof DoctorFinding>;

export const DoctorCheck = z.object({
  name: DoctorCheckName,
  group: DoctorGroup,
  status: DoctorStatus,
  finding: DoctorFinding,
  /** Numbers and names of the finding. Names end in their unit: `…Share` (0 to 1), `…Bytes`, `…Ms`, `…Days`. */
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  /** The rate that was judged, where one was, with n and its 95 % interval. */
  estimate: Estimate.nullable(),
  /** In English: what was found, and what to do about it (null where nothing is). */
  text: z.string(),
  advice: z.string().nullable(),
  durationMs: z.number(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

/** `status` is the worst of the checks; skipped ones do not count. */
export const DoctorRun = z.object({
  id: Id,
  startedAt: Time,
  finishedAt: Time,
  startedBy: z.enum(['schedule', 'person']),
  groups: z.array(DoctorGroup),
  status: z.enum(['ok', 'warn', 'fail']),
  checks: z.array(DoctorCheck),
});
export type DoctorRun = z.infer<typeof DoctorRun>;

/** `GET /api/v1/doctor`: runs, newest first. */
export const DoctorQuery = ProjectQuery.extend(PageQuery.shape).extend({
  group: DoctorGroup.optional(),
});
export const DoctorPage = page(DoctorRun);
export type DoctorPage = z.infer<typeof DoctorPage>;

/** `POST /api/v1/doctor`: runs checks now. */
export const DoctorRequest = z.strictObject({
  groups: z.array(DoctorGroup).min(1).max(3).default(['daily', 'weekly', 'deploy']),
  /** Model or route of the sample call in the group `deploy`; the built-in one costs nothing. */
  model: z.string().min(1).max(256).default('demo/good'),
  /** Fingerprints of settings that were meant to apply, by variable; only from the command line beside the program. */
  asked: z.record(z.string().max(64), z.string().max(64)).nullable().default(null),
});
export type DoctorRequest = z.infer<typeof DoctorRequest>;
