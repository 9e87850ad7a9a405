import { useTranslations } from 'use-intl';
import type { DoctorCheck } from '../../../../contract/doctor.ts';
import { type Format, useFormat } from '../../../use-format.ts';

/** Figures in the unit that the end of their name tells. */
function shown(name: string, value: number | string, format: Format): string {
  if (typeof value === 'string') return value;
  if (name.endsWith('Share')) return format.percent(value);
  if (name.endsWith('Bytes')) return format.bytes(value);
  if (name.endsWith('Ms')) return format.duration(value);
  return format.count(value);
}

/** Figures that a sentence may name and a finding may lack. */
const OPTIONAL = { roomDays: '–', loaded: '–', digests: '' };

/** What a check found, in the language of the page. */
export function useFinding(): (check: DoctorCheck) => string {
  const t = useTranslations('doctor.findings');
  const format = useFormat();
  return ({ finding, figures }) => {
    const values = Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, shown(name, value, format)]),
    );
    return t(finding, { ...EMPTY, ...OPTIONAL, ...values });
  };
}

/** Every name that a sentence uses; the translations are checked against it. */
const EMPTY = {
  what: '',
  problem: '',
  httpStatus: '',
  dropped: '',
  rejected: '',
  spooled: '',
  day: '',
  week: '',
  providers: '',
  provider: '',
  answeredShare: '',
  tries: '',
  n: '',
  needed: '',
  errorShare: '',
  timeoutShare: '',
  nowShare: '',
  beforeShare: '',
  databaseBytes: '',
  freeBytes: '',
  oldestDays: '',
  retentionDays: '',
  variables: '',
  migrations: '',
  rolled: '',
  stored: '',
  models: '',
  changes: '',
  model: '',
  latencyMs: '',
};
