import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { Badge } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Fact, FilterLink } from './fact.tsx';
import { Handling } from './handling.tsx';

function Who({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.facts');
  const known = (
    [
      ['user', detail.userId],
      ['session', detail.sessionId],
      ['trace', detail.traceId],
    ] as const
  ).filter((fact): fact is readonly ['user' | 'session' | 'trace', string] => fact[1] !== null);
  return (
    <dl className="flex flex-wrap gap-x-4 text-xs">
      <Handling detail={detail} />
      {known.map(([field, value]) => (
        <Fact key={field} name={t(field)}>
          <FilterLink field={field} value={value} />
        </Fact>
      ))}
      {Object.entries(detail.metadata).map(([key, value]) => (
        <Fact key={key} name={key}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

/** What was called, when, how it ended, for whom. */
export function Facts({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.facts');
  const facet = useTranslations('interactions.facets');
  const answeredBy =
    detail.responseModel === null || detail.responseModel === detail.model
      ? null
      : detail.responseModel;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <Badge tone={detail.status === 'success' ? 'good' : 'bad'}>
          {t(detail.status)}
          {detail.httpStatus !== null && ` · ${detail.httpStatus}`}
        </Badge>
        <span className="font-semibold wrap-anywhere">{detail.model ?? detail.operation}</span>
        {answeredBy !== null && (
          <span className="text-xs text-muted">{t('answeredBy', { model: answeredBy })}</span>
        )}
        {detail.provider === 'demo' && <Badge tone="warn">{t('demo')}</Badge>}
        <span className="text-xs text-muted">
          <Time iso={detail.createdAt} />
        </span>
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Badge title={facet('provider')}>{detail.provider}</Badge>
        <Badge title={facet('operation')}>{detail.operation}</Badge>
        {detail.origin !== detail.provider && (
          <Badge title={facet('origin')}>{detail.origin}</Badge>
        )}
        {detail.stream && <Badge>{t('streamed')}</Badge>}
        {detail.finishReason !== null && (
          <Badge title={t('finishReason')}>{detail.finishReason}</Badge>
        )}
        {detail.cache === 'hit' && <Badge tone="good">{t('fromCache')}</Badge>}
        {detail.shadowOf !== null && <Badge tone="accent">{t('shadow')}</Badge>}
        {detail.truncated && <Badge tone="warn">{t('truncated')}</Badge>}
        {detail.tags.map((tag) => (
          <Badge key={tag} tone="accent" title={facet('tag')}>
            {tag}
          </Badge>
        ))}
      </div>
      <Who detail={detail} />
    </div>
  );
}
