import { z } from 'zod';

const Panels = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

/** Every query of a dashboard of Grafana, with the title of its panel. */
export function panelQueries(
  dashboard: string,
): readonly { readonly title: string; readonly expr: string }[] {
  return Panels.parse(JSON.parse(dashboard)).panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
}

/** What Grafana sends when everything is chosen. */
export function withoutVariables(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(model|project)\b/g, '.*');
}

/** Titles of panels, as ours name the same question. */
export const PANELS_OF_LLM_QUALITY_OBSERVER: readonly string[] = [
  'HTTP Request Rate',
  'Evaluation Rate',
  'Pending Logs',
  'Notification Rate',
  'HTTP Requests by Endpoint',
  'HTTP Request Latency (p50/p95/p99)',
  'LLM Requests by Model',
  'LLM Request Latency by Model (p50/p95/p99)',
  'Evaluations by Judge Type',
  'Overall Score: Mean and Low Shares',
  'Notifications by Channel',
  'Low Quality Alerts',
  'Scheduler Runs',
  'Batch Evaluation: Logs Processed',
  'Quality Score Trend',
  'Request Rate by Model',
  'Latency p95 by Model',
  'Error Rate by Model',
  'Success Rate by Model',
  'Model Performance Comparison',
  'Request Volume by Model (Last Hour)',
  'Request Distribution by Model (24h)',
  'Quality Score Moving Averages',
  'Token Usage Rate by Model',
  'Evaluation vs Request Rate',
  'Currently Firing Alerts',
  'Total Active Alerts',
  'Critical Alerts',
  'Alerts by Severity',
  'Alerts by Service',
  'Alert Frequency (Last Hour)',
  'Active Alerts Details',
  'Error Rates (Alert Triggers)',
  'Latency p95 (Alert Triggers)',
  'Evaluation Score Trend',
  'Pending Logs (Alert Trigger)',
];
