import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import type { Admission, LimitSubject } from '../../src/limits/gate.ts';
import { LimitDirectory } from '../../src/limits/limit-directory.ts';
import { createLimitGate, type OwnLimitGate } from '../../src/limits/limit-gate.ts';
import type { LimitRule } from '../../src/limits/rules.ts';
import type { Redis } from '../../src/store/redis.ts';
import { type TestClock, testClock } from './clock.ts';

export const PROJECT = '00000000-0000-4000-8000-00000000000a';

/** A rule of the test project; by default 60 requests a minute for each key. */
export function limitRule(rule: Partial<LimitRule> = {}): LimitRule {
  const { scope = 'key', match = '*', metric = 'requests_per_minute', limit = 60 } = rule;
  const id = rule.id ?? `${scope}-${match}-${metric}`;
  return { id, projectId: PROJECT, scope, match, metric, limit, ...rule };
}

export function limitSubject(subject: Partial<LimitSubject> = {}): LimitSubject {
  return {
    projectId: PROJECT,
    keyId: 'key-1',
    userId: 'user-1',
    ip: '192.0.2.1',
    model: 'model-1',
    estimatedTokens: 10,
    ...subject,
  };
}

export function limitDirectory(rules: readonly LimitRule[]): LimitDirectory {
  const directory = new LimitDirectory();
  directory.replace({ version: 1, rules });
  return directory;
}

export interface TestGate {
  readonly gate: OwnLimitGate;
  readonly clock: TestClock;
  readonly directory: LimitDirectory;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Sum over labels of a metric. */
  count(name: string): Promise<number>;
}

/** A gate over these rules, whose clock stands still. */
export function testGate(
  rules: readonly LimitRule[],
  options: { redis?: Redis | null; clock?: TestClock; maxSubjects?: number } = {},
): TestGate {
  const clock = options.clock ?? testClock();
  const directory = limitDirectory(rules);
  const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  const gate = createLimitGate({
    directory,
    clock,
    log: createLog('silent'),
    metrics,
    redis: options.redis ?? null,
    ...(options.maxSubjects === undefined ? {} : { maxSubjects: options.maxSubjects }),
  });
  return {
    gate,
    clock,
    directory,
    metrics,
    async count(name): Promise<number> {
      const found = await metrics.registry.getSingleMetric(name)?.get();
      return found?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
  };
}

/** The admission of a gate that has nobody to ask; throws when it has. */
export function atOnce(admission: Admission | Promise<Admission>): Admission {
  if (admission instanceof Promise) throw new Error('the gate had to ask somebody');
  return admission;
}

/** Headers by name. */
export function headersOf({ headers }: Admission): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    pairs.push([headers[at] ?? '', headers[at + 1] ?? '']);
  }
  return Object.fromEntries(pairs);
}
