import { BudgetPanel } from './budget-panel.tsx';
import { Failures } from './failures.tsx';
import { RubricsTable } from './rubrics-table.tsx';

/** Judges: what they may spend, by which rubrics they judge, and what failed. */
export function Judges() {
  return (
    <>
      <BudgetPanel />
      <RubricsTable />
      <Failures />
    </>
  );
}
