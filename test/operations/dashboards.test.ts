import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dashboards } from '../../ops/source/dashboards/dashboards.ts';
import { renderDashboard } from '../../ops/source/dashboards/panel.ts';
import { ruleGroups } from '../../ops/source/render-rules.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import { PANELS_OF_LLM_QUALITY_OBSERVER, panelQueries, withoutVariables } from './panel-queries.ts';

const root = join(import.meta.dirname, '../..');
const rules = ruleGroups.flatMap((group) => group.rules);

/** Errors that the grammar of PromQL finds in an expression. */
function mistakes(expr: string): number {
  let found = 0;
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) found += 1;
    },
  });
  return found;
}

/** Names of metrics in an expression: what is no function, keyword, label or variable. */
function metricsIn(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        names.push(expr.slice(node.from, node.to));
      }
    },
  });
  return names;
}

function exported(): ReadonlySet<string> {
  const { registry } = createMetrics({ version: '0', environment: 'test', defaults: true });
  const known = registry.getMetricsAsArray().flatMap(({ name, type }) => {
    // The type of a metric is a word at run time.
    return String(type) === 'histogram'
      ? [`${name}_bucket`, `${name}_sum`, `${name}_count`]
      : [name];
  });
  const others = ['up', 'ALERTS', 'process_start_time_seconds'];
  const prometheus = [
    'prometheus_tsdb_storage_blocks_bytes',
    'prometheus_tsdb_retention_limit_bytes',
  ];
  return new Set([...known, ...others, ...prometheus]);
}

describe('the grammar', () => {
  it('finds mistakes', () => {
    expect(mistakes('rate(llm_requests_total[5m]) by (model)')).toBeGreaterThan(0);
    expect(mistakes('sum by (model) (rate(llm_requests_total[5m]))')).toBe(0);
    expect(metricsIn('sum by (model) (rate(a_total{x="y"}[5m])) / b')).toEqual(['a_total', 'b']);
  });
});

describe('the alert rules', () => {
  it.each(rules.map((rule) => [rule.alert, rule.expr] as const))(
    '%s asks only for metrics that exist',
    (_, expr) => {
      expect(mistakes(expr)).toBe(0);
      const names = exported();
      expect(metricsIn(expr).filter((name) => !names.has(name))).toEqual([]);
    },
  );
});

describe.each(Object.entries(dashboards))('the dashboard %s', (file, dashboard) => {
  const text = readFileSync(join(root, 'ops/grafana/dashboards', file), 'utf8');

  it('is the committed file', () => {
    expect(text).toBe(renderDashboard(dashboard));
  });

  it('asks in PromQL, and only for metrics that exist', () => {
    const names = exported();
    for (const { title, expr } of panelQueries(text)) {
      const plain = withoutVariables(expr);
      expect(mistakes(plain), `${title}: ${plain}`).toBe(0);
      expect(metricsIn(plain).filter((name) => !names.has(name))).toEqual([]);
    }
  });

  it('describes every panel, and lets its reader choose source and models', () => {
    const built = z
      .object({
        uid: z.string(),
        panels: z.array(
          z.object({ type: z.string(), title: z.string(), description: z.string().optional() }),
        ),
        templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
        links: z.array(z.unknown()).min(1),
      })
      .parse(JSON.parse(text));
    expect(built.uid).toBe(dashboard.uid);
    const panels = built.panels.filter(({ type }) => type !== 'row');
    expect(panels.filter(({ description = '' }) => description.length < 10)).toEqual([]);
    expect(built.templating.list.map(({ name }) => name)).toEqual([
      'datasource',
      'model',
      'project',
    ]);
  });
});

describe('the dashboards', () => {
  it('ask everything that those of LLM-Quality-Observer asked', () => {
    const titles = Object.values(dashboards).flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.map(({ title }) => title)),
    );
    expect(PANELS_OF_LLM_QUALITY_OBSERVER).toHaveLength(36);
    expect(PANELS_OF_LLM_QUALITY_OBSERVER.filter((title) => !titles.includes(title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
