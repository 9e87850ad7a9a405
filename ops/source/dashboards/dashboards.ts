import { alertDashboard } from './alert-dashboard.ts';
import { analyticsDashboard } from './analytics-dashboard.ts';
import { mainDashboard } from './main-dashboard.ts';
import type { Dashboard } from './panel.ts';

/** The dashboards of Grafana, by their file in `ops/grafana/dashboards`. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'llm-quality-observer.json': mainDashboard,
  'advanced-analytics.json': analyticsDashboard,
  'alert-history.json': alertDashboard,
};
