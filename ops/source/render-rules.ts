import { stringify } from 'yaml';
import type { AlertRule, RuleGroup } from './alert-rule.ts';
import { evaluationAlerts } from './evaluation-alerts.ts';
import { httpAlerts } from './http-alerts.ts';
import { llmAlerts } from './llm-alerts.ts';
import { programAlerts } from './program-alerts.ts';
import { systemAlerts } from './system-alerts.ts';

/** All alerts that Prometheus watches for. */
export const ruleGroups: readonly RuleGroup[] = [
  httpAlerts,
  llmAlerts,
  evaluationAlerts,
  systemAlerts,
  programAlerts,
];

const HEADER = '# Generated from ops/source by `npm run generate`; change it there.\n';
const RUNBOOKS = 'docs/runbooks.md';
const GRAFANA = 'http://localhost:3000/d';

export interface RenderOptions {
  readonly groups?: readonly RuleGroup[];
  /** Between two evaluations. */
  readonly interval?: string;
  /** Divides every duration of the rules: tests cannot wait for minutes. Limits in seconds stay. */
  readonly speed?: number;
}

/** The file of alert rules, as Prometheus reads it. */
export function renderRules(options: RenderOptions = {}): string {
  const { groups = ruleGroups, interval = '30s', speed = 1 } = options;
  const file = {
    groups: groups.map(({ name, rules }) => ({
      name,
      interval,
      rules: rules.map((rule) => ruleOf(rule, speed)),
    })),
  };
  return HEADER + stringify(file, { lineWidth: 0 });
}

function ruleOf(rule: AlertRule, speed: number): object {
  const { alert, family, severity, service, expr, summary, description, dashboard } = rule;
  return {
    alert,
    expr: faster(expr, speed),
    for: fasterDuration(rule.for, speed),
    labels: { severity, service, family },
    annotations: {
      summary,
      description,
      runbook_url: `${RUNBOOKS}#${alert.toLowerCase()}`,
      dashboard_url: `${GRAFANA}/${dashboard}`,
    },
  };
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const DURATION = /(\d+)([smhdw])/;

/** Ranges, subqueries and offsets of an expression, divided. */
function faster(expr: string, speed: number): string {
  if (speed === 1) return expr;
  return expr
    .replaceAll(/\[([^\]]+)\]/g, (_, range: string) => {
      const parts = range.split(':').map((part) => fasterDuration(part, speed));
      return `[${parts.join(':')}]`;
    })
    .replaceAll(/offset (\w+)/g, (_, by: string) => `offset ${fasterDuration(by, speed)}`);
}

function fasterDuration(duration: string, speed: number): string {
  if (speed === 1) return duration;
  return duration.replace(DURATION, (_, count: string, unit: keyof typeof SECONDS) => {
    const ms = (Number(count) * SECONDS[unit] * 1000) / speed;
    return `${Math.max(count === '0' ? 0 : 1, Math.round(ms))}ms`;
  });
}
