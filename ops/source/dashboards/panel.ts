import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart';
import {
  type Panel as BuiltPanel,
  // biome-ignore lint/suspicious/noDeprecatedImports: files of Grafana 10 to 12 are of this schema; the second one needs an API server
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Gauge } from '@grafana/grafana-foundation-sdk/gauge';
import { PanelBuilder as PieChart } from '@grafana/grafana-foundation-sdk/piechart';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

const MAKERS = {
  timeseries: TimeSeries,
  stat: Stat,
  gauge: Gauge,
  piechart: PieChart,
  barchart: BarChart,
  table: Table,
} as const;
const HEIGHTS = { timeseries: 8, stat: 4, gauge: 4, piechart: 8, barchart: 8, table: 9 } as const;
const WIDTHS = { timeseries: 8, stat: 3, gauge: 6, piechart: 8, barchart: 8, table: 24 } as const;
/** The variable of that name. */
const DATASOURCE = { type: 'prometheus', uid: '$datasource' } as const;

/** One panel: the question it answers, and the queries that answer it. */
export interface Panel {
  readonly kind: keyof typeof MAKERS;
  readonly title: string;
  /** What one should know to read it. */
  readonly description: string;
  /** Unit of Grafana: `s`, `reqps`, `percent`, `currencyUSD` … */
  readonly unit: string;
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  /** Values from which the panel is yellow, and red. */
  readonly limits?: readonly [yellow: number | null, red: number];
  /** Of 24 columns. */
  readonly width?: number;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly refresh: string;
  readonly from: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** The dashboard as JSON that Grafana reads from a file. */
export function renderDashboard(dashboard: Dashboard): string {
  const builder = new DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags([...dashboard.tags])
    .refresh(dashboard.refresh)
    .time({ from: dashboard.from, to: 'now' })
    .timezone('browser')
    .withVariable(
      new DatasourceVariableBuilder('datasource').type('prometheus').label('Prometheus'),
    )
    .withVariable(valuesOf('model', 'label_values(llm_gateway_llm_requests_total, model)', 'Model'))
    .withVariable(valuesOf('project', 'label_values(lqo_budget_limit_usd, project)', 'Project'))
    .link(
      new DashboardLinkBuilder('LLM Quality Observer')
        .type(DashboardLinkType.Dashboards)
        .tags(['llm-quality-observer'])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    );
  for (const { title, panels } of dashboard.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel({ build: () => buildPanel(panel) });
  }
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}

function valuesOf(name: string, query: string, label: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*');
}

function buildPanel(panel: Panel): BuiltPanel {
  const builder = new MAKERS[panel.kind]()
    .title(panel.title)
    .description(panel.description)
    .unit(panel.unit)
    .datasource(DATASOURCE)
    .height(HEIGHTS[panel.kind])
    .span(panel.width ?? WIDTHS[panel.kind])
    .thresholds(thresholdsOf(panel.limits));
  for (const [at, [expr, legend]] of panel.queries.entries()) {
    const query = new DataqueryBuilder()
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCodePoint(65 + at));
    builder.withTarget(
      panel.kind === 'timeseries' ? query.range() : query.instant().format(formatOf(panel.kind)),
    );
  }
  return builder.build();
}

function formatOf(kind: Panel['kind']): PromQueryFormat {
  return kind === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries;
}

function thresholdsOf(limits: Panel['limits']): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: 'green' }];
  if (limits !== undefined) {
    const [yellow, red] = limits;
    if (yellow !== null) steps.push({ value: yellow, color: 'yellow' });
    steps.push({ value: red, color: 'red' });
    // Where little is bad, colours run the other way.
    if (yellow !== null && yellow > red) {
      steps.splice(
        0,
        3,
        { value: null, color: 'red' },
        { value: red, color: 'yellow' },
        { value: yellow, color: 'green' },
      );
    }
  }
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
