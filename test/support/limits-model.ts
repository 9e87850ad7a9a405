import fc from 'fast-check';
import type { Admission, LimitGate, LimitSubject } from '../../src/limits/gate.ts';
import type { LimitRule } from '../../src/limits/rules.ts';
import type { TestClock } from './clock.ts';
import { limitRule, limitSubject } from './limits.ts';

/** What a caller can do to a gate. */
export type Step =
  | { readonly kind: 'admit'; readonly subject: LimitSubject }
  | { readonly kind: 'release'; readonly which: number; readonly tokens: number | null }
  | { readonly kind: 'pass'; readonly ms: number };

const rule = fc
  .record({
    scope: fc.constantFrom('ip', 'user', 'key', 'model', 'project'),
    one: fc.boolean(),
    metric: fc.constantFrom('requests_per_minute', 'tokens_per_minute', 'concurrent_requests'),
    limit: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5000 })),
  })
  .map(({ one, ...rest }) => {
    const name = { ip: '192.0.2.1', user: 'u1', key: 'k1', model: 'm1', project: '*' }[rest.scope];
    return limitRule({ ...rest, match: one ? name : '*' });
  });

export const rules = fc
  .array(rule, { minLength: 1, maxLength: 6 })
  .map((list) => [...new Map(list.map((each) => [each.id, each])).values()]);

const subject = fc
  .record({
    keyId: fc.constantFrom('k1', 'k2', null),
    userId: fc.constantFrom('u1', 'u2', null),
    ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
    model: fc.constantFrom('m1', 'm2', null),
    estimatedTokens: fc.integer({ min: 0, max: 6000 }),
  })
  .map(limitSubject);

export const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: subject.map((of): Step => ({ kind: 'admit', subject: of })) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('release' as const),
        which: fc.nat(50),
        tokens: fc.option(fc.nat(8000)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.oneof(fc.nat(50), fc.nat(90_000)),
      }),
    },
  ),
  { maxLength: 60 },
);

interface Held {
  readonly rule: LimitRule;
  readonly name: string;
  readonly amount: number;
}

const MINUTE = 60_000n;

/**
 * The same rules in the plainest words, with fractions of a request as whole numbers of 1/60000: what is used
 * runs off all the time, and a call passes when every rule has room for it.
 */
export class PlainLimits {
  readonly #rules: readonly LimitRule[];
  readonly #used = new Map<string, bigint>();
  readonly #open: Held[][] = [];

  constructor(all: readonly LimitRule[]) {
    this.#rules = all;
  }

  pass(ms: number): void {
    for (const [name, used] of this.#used) {
      const limit = this.#rules.find(({ id }) => name.startsWith(`${id}|`))?.limit ?? 0;
      const left = used - BigInt(limit) * BigInt(ms);
      if (!name.includes('concurrent')) this.#used.set(name, left > 0n ? left : 0n);
    }
  }

  admit(of: LimitSubject): boolean {
    const wanted: Held[] = [];
    for (const each of this.#rules) {
      const who = { ip: of.ip, user: of.userId, key: of.keyId, model: of.model, project: 'p' }[
        each.scope
      ];
      if (who === null) continue;
      const special = this.#rules.some(
        ({ scope, metric, match }) =>
          scope === each.scope && metric === each.metric && match === who,
      );
      if (each.match !== who && (each.match !== '*' || special)) continue;
      const tokens = Math.min(of.estimatedTokens, each.limit);
      const amount = each.metric === 'tokens_per_minute' ? tokens : 1;
      wanted.push({ rule: each, name: `${each.id}|${who}`, amount });
    }
    const fits = wanted.every(
      (held) => this.#get(held) + BigInt(held.amount) * MINUTE <= BigInt(held.rule.limit) * MINUTE,
    );
    if (!fits) return false;
    for (const held of wanted) this.#add(held, BigInt(held.amount) * MINUTE);
    this.#open.push(wanted);
    return true;
  }

  release(which: number, tokens: number | null): void {
    const [call = []] = this.#open.splice(which, 1);
    for (const held of call) {
      const { metric } = held.rule;
      if (metric === 'concurrent_requests') this.#add(held, -MINUTE);
      if (metric === 'tokens_per_minute' && tokens !== null) {
        this.#add(held, BigInt(tokens - held.amount) * MINUTE);
      }
    }
  }

  #get({ name }: Held): bigint {
    return this.#used.get(name) ?? 0n;
  }

  #add(held: Held, by: bigint): void {
    const used = this.#get(held) + by;
    this.#used.set(held.name, used > 0n ? used : 0n);
  }
}

/** The first step at which a gate over these rules decides otherwise than the plain model; null: it never does. */
export async function firstDifference(
  all: readonly LimitRule[],
  doings: readonly Step[],
  under: { readonly gate: LimitGate; readonly clock: TestClock; settled?(): Promise<unknown> },
): Promise<number | null> {
  const plain = new PlainLimits(all);
  const open: Extract<Admission, { admitted: true }>[] = [];
  for (const [index, step] of doings.entries()) {
    if (step.kind === 'pass') {
      under.clock.pass(step.ms);
      plain.pass(step.ms);
    } else if (step.kind === 'release') {
      const which = step.which % Math.max(1, open.length);
      for (const call of open.splice(which, 1)) call.release(step.tokens);
      plain.release(which, step.tokens);
      await under.settled?.();
    } else {
      const admission = await under.gate.admit(step.subject);
      if (admission.admitted !== plain.admit(step.subject)) return index;
      if (admission.admitted) open.push(admission);
    }
  }
  return null;
}
