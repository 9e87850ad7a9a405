import { stringify } from 'yaml';
import type { AlertRule, RuleGroup, Situation } from './alert-rule.ts';

/**
 * Input of `promtool test rules`: of each rule the situation in which it fires and those in which it stays
 * quiet. `ALERTS` tells, so that the time a condition has to hold is tested with it.
 */
export function renderRuleTests(group: RuleGroup, ruleFile: string): string {
  return stringify(
    {
      rule_files: [ruleFile],
      evaluation_interval: '30s',
      tests: group.rules.flatMap((rule) => [
        test(rule, rule.fires, { fires: true }),
        ...rule.quiet.map((situation) => test(rule, situation, { fires: false })),
      ]),
    },
    { lineWidth: 0 },
  );
}

function test(rule: AlertRule, { series, at }: Situation, { fires }: { fires: boolean }): object {
  return {
    name: `${rule.alert} ${fires ? 'fires' : 'stays quiet'}`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${rule.alert}",alertstate="firing"}) or vector(0)`,
        eval_time: at,
        exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
      },
    ],
  };
}
