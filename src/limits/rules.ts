import { hash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { LimitMetric, LimitScope } from '../contract/limits.ts';
import type { LimitSubject } from './gate.ts';

/** A rule that holds. */
export interface LimitRule {
  readonly id: string;
  readonly projectId: string;
  readonly scope: LimitScope;
  /** A subject as `subjectName` writes it, or `*`. */
  readonly match: string;
  readonly metric: LimitMetric;
  readonly limit: number;
}

/** What one rule asks of one call. */
export interface Demand {
  readonly rule: LimitRule;
  readonly subject: string;
  /** Of the allowance: rule and subject. */
  readonly key: string;
  /** Requests or tokens that are taken beforehand. */
  readonly amount: number;
}

/** Longer names of users and models are counted by their digest: memory is for many subjects. */
const MAX_SUBJECT = 200;

/** Whom a rule of this scope would count for a call; null when the call does not say. */
export function subjectName(scope: LimitScope, subject: LimitSubject): string | null {
  switch (scope) {
    case 'ip':
      return networkOf(subject.ip);
    case 'user':
      return bounded(subject.userId);
    case 'key':
      return subject.keyId;
    case 'model':
      return bounded(subject.model);
    case 'project':
      return subject.projectId;
  }
}

function bounded(name: string | null): string | null {
  if (name === null || name === '') return null;
  return name.length > MAX_SUBJECT ? `sha256:${hash('sha256', name)}` : name;
}

/**
 * The part of an address that one caller has to itself: an IPv4 address, or the /64 network of an IPv6 one
 * (whoever has one such address has all of them). Anything else is answered as it is.
 */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0] ?? address;
  if (isIPv4(plain) || !isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted end stands for two groups.
  const known = before.length + after.length + (plain.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - known;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** `match` as it is stored; null when it can be no subject of the scope. */
export function storedMatch(scope: LimitScope, match: string): string | null {
  if (match === '*') return match;
  switch (scope) {
    case 'ip': {
      const address = match.replace(/::\/64$/, '::');
      return isIPv4(address) || isIPv6(address) ? networkOf(address) : null;
    }
    case 'key':
      return match.toLowerCase();
    case 'project':
      return null;
    default:
      return bounded(match);
  }
}

interface Group {
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  readonly exact: Map<string, LimitRule>;
  any: LimitRule | null;
}

/** The rules of one project, arranged for look-up by call. */
export class ProjectRules {
  readonly byId: ReadonlyMap<string, LimitRule>;
  readonly #groups: readonly Group[];

  constructor(rules: readonly LimitRule[]) {
    this.byId = new Map(rules.map((rule) => [rule.id, rule]));
    const groups = new Map<string, Group>();
    for (const rule of rules) {
      const { scope, metric } = rule;
      const name = `${scope} ${metric}`;
      const group = groups.get(name) ?? { scope, metric, exact: new Map(), any: null };
      groups.set(name, group);
      if (rule.match === '*') group.any = rule;
      else group.exact.set(rule.match, rule);
    }
    this.#groups = [...groups.values()];
  }

  /** What a call needs of each rule that holds for it. */
  demandsOf(subject: LimitSubject): Demand[] {
    const demands: Demand[] = [];
    for (const group of this.#groups) {
      const name = subjectName(group.scope, subject);
      if (name === null) continue;
      const rule = group.exact.get(name) ?? group.any;
      if (rule === null) continue;
      const amount = amountOf(rule, subject.estimatedTokens);
      demands.push({ rule, subject: name, key: `${rule.id}:${name}`, amount });
    }
    return demands;
  }
}

/** An estimate above the whole allowance takes all of it: such a call passes when nothing else is in use. */
function amountOf(rule: LimitRule, estimatedTokens: number): number {
  if (rule.metric !== 'tokens_per_minute') return 1;
  return Math.min(Math.max(0, Math.ceil(estimatedTokens)), rule.limit);
}
