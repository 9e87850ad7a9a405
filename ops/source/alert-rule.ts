/** One situation of a rule, as input of `promtool test rules`: series by the minute, and when to look. */
export interface Situation {
  /** Values in promtool's notation, for example `0+60x30`: 60 more each minute. */
  readonly series: Readonly<Record<string, string>>;
  /** Prometheus duration since the start of the series. */
  readonly at: string;
}

/** An alert of Prometheus, with a situation that makes it fire and at least one that keeps it quiet. */
export interface AlertRule {
  readonly alert: string;
  /** Rules of a family are about one thing; the worse one silences the milder (Alertmanager's inhibition). */
  readonly family: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly service: string;
  readonly for: string;
  readonly expr: string;
  readonly summary: string;
  /** Template of Prometheus; says the value with its unit and the limit. */
  readonly description: string;
  /** Dashboard that shows more: `uid` of Grafana. */
  readonly dashboard: 'llm-quality-observer' | 'advanced-analytics' | 'alert-history';
  readonly fires: Situation;
  readonly quiet: readonly [Situation, ...Situation[]];
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** 100 times the share of `part` in `whole`; both are sums of rates. */
export function percent(part: string, whole: string): string {
  return `100 * ${part} / ${whole}`;
}
