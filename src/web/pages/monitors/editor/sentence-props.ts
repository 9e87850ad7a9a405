import type { MonitorCondition } from '../../../../contract/monitors.ts';
import type { ConditionKind, MetricKind } from '../metric-facts.ts';

/** A condition as a sentence whose parts are fields. */
export interface SentenceProps<Kind extends ConditionKind> {
  readonly metric: MetricKind;
  readonly condition: Extract<MonitorCondition, { kind: Kind }>;
  readonly onChange: (condition: MonitorCondition) => void;
}
