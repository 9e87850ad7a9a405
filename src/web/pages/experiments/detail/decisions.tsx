import { useTranslations } from 'use-intl';
import type { Experiment, ExperimentDecision } from '../../../../contract/experiments.ts';
import { useDecisions } from '../../../data/experiments.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useVerdict } from './use-verdict.ts';

const AUTOMATIC = 'lqo';

const TONES: Record<ExperimentDecision['kind'], Tone> = {
  start: 'accent',
  pause: 'warn',
  resume: 'accent',
  stop: 'neutral',
  roll_back: 'bad',
  decide: 'good',
  notice: 'warn',
};

type Figures = NonNullable<ExperimentDecision['figures']>;

/** The figures with what an automatic notice is about as their verdict; the same figures where it is about the verdict. */
function found(figures: Figures, { actor, arm, reason }: ExperimentDecision): Figures {
  if (actor !== AUTOMATIC) return figures;
  const guard = /^The guard on (\S+) is violated/.exec(reason)?.[1];
  const compared = / is (better|worse) than control in (\S+):/.exec(reason);
  const about = (kind: Figures['verdict']['kind'], metric: string): Figures => ({
    ...figures,
    verdict: { ...figures.verdict, kind, arm, metric },
  });
  if (guard !== undefined) return about('guard_violated', guard);
  if (compared === null) return figures;
  return about(compared[1] === 'better' ? 'better' : 'worse', compared[2] ?? '');
}

function Decision(props: { decision: ExperimentDecision; experiment: Experiment }) {
  const { decision, experiment } = props;
  const t = useTranslations('experiments');
  const tell = useVerdict();
  const { kind, arm, figures, reason } = decision;
  const told = figures === null ? null : found(figures, decision);
  // What the program finds by itself is kept in English; what can be told in the reader's language is not repeated.
  const isOwnWords = reason !== '' && reason !== figures?.verdict.words && told === figures;
  return (
    <li className="flex flex-col gap-1 px-4 py-2 text-[0.8125rem]">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone={TONES[kind]}>{t(`decisions.kinds.${kind}`)}</Badge>
        {arm !== null && <span className="font-medium wrap-anywhere">{arm}</span>}
        <Time iso={decision.at} />
        <span className="text-muted wrap-anywhere">
          {decision.actor === AUTOMATIC ? t('decisions.automatic') : decision.actor}
        </span>
      </p>
      {isOwnWords && <p className="whitespace-pre-wrap wrap-anywhere">{reason}</p>}
      {told !== null && (
        <p className={isOwnWords ? 'text-xs text-muted wrap-anywhere' : 'wrap-anywhere'}>
          {tell(told, experiment)}
        </p>
      )}
    </li>
  );
}

/** What was decided, by whom and on which figures. */
export function Decisions({ experiment }: { experiment: Experiment }) {
  const t = useTranslations('experiments.decisions');
  const decisions = useDecisions(experiment.id);
  return (
    <Section title={t('title')} note={t('note')} flush>
      <QueryView query={decisions} skeleton={<SkeletonRows rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((one) => (
                <Decision key={one.id} decision={one} experiment={experiment} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}
