import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { type FieldName, printFilter } from '../../filter-language.ts';
import { Badge } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';

function FilterLink({ field, value }: { field: FieldName; value: string }) {
  return (
    <Link
      to="/interactions"
      search={{ filter: printFilter([{ kind: 'field', field, value }]) }}
      className="text-accent hover:underline wrap-anywhere"
    >
      {value}
    </Link>
  );
}

function Who({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.facts');
  const known = (
    [
      ['user', detail.userId],
      ['session', detail.sessionId],
      ['trace', detail.traceId],
    ] as const
  ).filter((fact): fact is readonly ['user' | 'session' | 'trace', string] => fact[1] !== null);
  const prompt =
    detail.promptName === null
      ? null
      : [detail.promptName, detail.promptVersion].filter((part) => part !== null).join('@');
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {known.map(([field, value]) => (
        <div key={field} className="flex min-w-0 gap-1.5">
          <dt className="text-muted">{t(field)}</dt>
          <dd className="min-w-0">
            <FilterLink field={field} value={value} />
          </dd>
        </div>
      ))}
      {prompt !== null && (
        <div className="flex gap-1.5">
          <dt className="text-muted">{t('prompt')}</dt>
          <dd>{prompt}</dd>
        </div>
      )}
      {Object.entries(detail.metadata).map(([key, value]) => (
        <div key={key} className="flex min-w-0 gap-1.5">
          <dt className="text-muted">{key}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
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
