import { useTranslations } from 'use-intl';
import type { RunEvaluatorInfo } from '../../../../contract/dataset-runs.ts';
import { useRunEvaluators } from '../../../data/dataset-runs.ts';
import { Badge } from '../../../ui/badge.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';

interface Props {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

interface ChoiceProps {
  readonly evaluator: RunEvaluatorInfo;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function Choice({ evaluator, isChosen, onToggle }: ChoiceProps) {
  const t = useTranslations('datasets.kinds');
  const { id, title, description, kind } = evaluator;
  return (
    <label className="flex items-start gap-2 px-3 py-1.5 hover:bg-hover" title={id}>
      <input
        type="checkbox"
        className="mt-0.5 accent-accent-fill"
        checked={isChosen}
        onChange={onToggle}
      />
      <span className="min-w-0 grow">
        {title}
        <span className="line-clamp-1 text-2xs text-muted">{description}</span>
      </span>
      <Badge tone={kind === 'judge' ? 'warn' : 'neutral'}>{t(kind)}</Badge>
    </label>
  );
}

/** What scores the answers; judges cost money on top. */
export function EvaluatorFields({ chosen, onChange }: Props) {
  const t = useTranslations('datasets.runForm');
  const evaluators = useRunEvaluators();
  const toggle = (id: string): void =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1">{t('evaluators')}</legend>
      <QueryView query={evaluators} skeleton={<Skeleton className="h-40" />}>
        {({ items }) => (
          <div className="max-h-52 overflow-y-auto rounded-md border border-line py-1">
            {items.map((evaluator) => (
              <Choice
                key={evaluator.id}
                evaluator={evaluator}
                isChosen={chosen.includes(evaluator.id)}
                onToggle={() => toggle(evaluator.id)}
              />
            ))}
          </div>
        )}
      </QueryView>
    </fieldset>
  );
}
