import { stringify } from 'yaml';
import type { NewMonitor } from '../../contract/monitors.ts';
import { BURN_WINDOWS, type BurnWindow } from '../../statistics/burn-rate.ts';

/** Counters of bad and of all events, as Prometheus knows them. */
interface Events {
  readonly bad: string;
  readonly all: string;
}

const HEADER = `# Made from the monitors of one project by GET /api/v1/monitors/prometheus-rules.
# Prometheus counts the calls of all projects together.
`;
const EVERY = '30s';

/**
 * Recording and alerting rules of Prometheus for the burn-rate monitors whose events it counts: errors of all calls or
 * of one model, and misses of the answer cache. The others stay with the program and are named in a comment.
 */
export function renderPrometheusRules(monitors: readonly NewMonitor[]): string {
  const groups = monitors.flatMap((monitor, at) => {
    const events = eventsOf(monitor);
    return events === null ? [] : [groupOf(monitor, events, at)];
  });
  const left = monitors.filter((monitor) => eventsOf(monitor) === null);
  const comment = left.map(({ name }) => `# Not in Prometheus: ${JSON.stringify(name)}\n`).join('');
  return HEADER + comment + stringify({ groups }, { lineWidth: 0 });
}

function eventsOf({ metric, slice, condition, enabled }: NewMonitor): Events | null {
  if (condition.kind !== 'burn_rate' || !enabled) return null;
  const { model, ...others } = slice;
  if (Object.values(others).some((part) => part !== undefined)) return null;
  if (metric.kind === 'error_rate') {
    const name = 'llm_gateway_llm_requests_total';
    const matcher = model === undefined ? '' : `model=${JSON.stringify(model)}`;
    const bad = ['status="error"', ...(matcher === '' ? [] : [matcher])].join(',');
    return { bad: `${name}{${bad}}`, all: matcher === '' ? name : `${name}{${matcher}}` };
  }
  if (metric.kind === 'cache_hit_rate' && metric.cache === 'answers' && model === undefined) {
    const name = 'lqo_cache_lookups_total';
    return { bad: `${name}{result="miss"}`, all: `${name}{result=~"hit|shared|miss"}` };
  }
  return null;
}

function groupOf(monitor: NewMonitor, events: Events, at: number): object {
  const { condition, severity, name } = monitor;
  if (condition.kind !== 'burn_rate') throw new TypeError('a burn-rate monitor is asked for');
  const minutes = new Set(BURN_WINDOWS.flatMap((pair) => [pair.shortMinutes, pair.longMinutes]));
  const allowed = 1 - condition.objective;
  return {
    name: `monitor_${at + 1}`,
    interval: EVERY,
    rules: [
      ...[...minutes].sort((a, b) => a - b).map((window) => recording(name, events, window)),
      ...BURN_WINDOWS.map((pair) => alerting(pair)),
    ],
  };

  function alerting({ rate, longMinutes, shortMinutes }: BurnWindow): object {
    const beyond = (window: number): string =>
      `${recordOf(window)}{monitor=${JSON.stringify(name)}} > ${Number((rate * allowed).toPrecision(6))}`;
    // `minSamples` holds for any condition of this kind.
    const least = condition.kind === 'burn_rate' ? condition.minSamples : 0;
    return {
      alert: 'SLOBurnRate',
      expr: `${beyond(longMinutes)} and ${beyond(shortMinutes)} and on () sum(increase(${events.all}[${longMinutes}m])) >= ${least}`,
      labels: { severity, service: 'slo', family: 'slo', window: `${longMinutes}m` },
      annotations: {
        summary: 'The error budget of {{ $labels.monitor }} burns too fast',
        description: `{{ humanizePercentage $value }} of events were bad in the last ${longMinutes} minutes: at least ${rate} times what the objective allows.`,
        ...(monitor.runbookUrl !== null && { runbook_url: monitor.runbookUrl }),
      },
    };
  }
}

function recordOf(minutes: number): string {
  return `lqo:slo_bad:ratio_rate${minutes}m`;
}

function recording(monitor: string, { bad, all }: Events, minutes: number): object {
  const range = `${minutes}m`;
  return {
    record: recordOf(minutes),
    // Nothing bad has no series.
    expr: `(sum(rate(${bad}[${range}])) or vector(0)) / sum(rate(${all}[${range}]))`,
    labels: { monitor },
  };
}
