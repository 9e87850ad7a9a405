import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from '../ops/source/dashboards/dashboards.ts';
import { renderDashboard } from '../ops/source/dashboards/panel.ts';
import { renderRules } from '../ops/source/render-rules.ts';
import { renderConfiguration, renderEnvExample } from './render-configuration.ts';

/** Writes the generated documents; a test fails when they differ from what this would write. */
const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs', 'configuration.md'), renderConfiguration());
writeFileSync(join(root, '.env.example'), renderEnvExample());
writeFileSync(join(root, 'ops', 'prometheus', 'alerts.yml'), renderRules());
for (const [file, dashboard] of Object.entries(dashboards)) {
  writeFileSync(join(root, 'ops', 'grafana', 'dashboards', file), renderDashboard(dashboard));
}
