import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { useFormat } from '../../use-format.ts';
import { Fact, FilterLink, LINK } from './fact.tsx';

function Prompt({ detail }: { detail: InteractionDetail }) {
  const { promptName, promptVersion } = detail;
  if (promptName === null) return null;
  const name = [promptName, promptVersion].filter((part) => part !== null).join('@');
  return (
    <Link to="/prompts/$name" params={{ name: promptName }} className={LINK}>
      {name}
    </Link>
  );
}

function Shadows({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.facts');
  return (
    <span className="flex flex-wrap gap-x-2">
      {detail.shadows.map(({ id, arm, model }) => (
        <Link key={id} to="/interactions/$id" params={{ id }} className={LINK}>
          {arm ?? model ?? t('unnamed')}
        </Link>
      ))}
    </span>
  );
}

function useCacheWords({ cache, savedMicroUsd }: InteractionDetail): ReactNode {
  const t = useTranslations('interaction.facts');
  const format = useFormat();
  if (cache === null) return null;
  if (cache === 'miss') return t('cacheMiss');
  if (savedMicroUsd === null) return t('cacheHit');
  return t('cacheSaved', { amount: format.cost(savedMicroUsd * 1e-6) });
}

/** How the gateway handled the call: route, languages, cache, experiment, shadows, prompt. */
export function Handling({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('interaction.facts');
  const cache = useCacheWords(detail);
  const { route, dialect, responseDialect, experiment, shadowOf } = detail;
  return (
    <>
      {route !== null && (
        <Fact name={t('route')}>
          <FilterLink field="route" value={route} />
        </Fact>
      )}
      <Fact name={t('dialect')}>
        {responseDialect === null
          ? dialect
          : t('translated', { caller: dialect, answer: responseDialect })}
      </Fact>
      {cache !== null && <Fact name={t('cache')}>{cache}</Fact>}
      {experiment !== null && (
        <Fact name={t('experiment')}>
          <Link to="/experiments/$id" params={{ id: experiment.id }} className={LINK}>
            {t('arm', { arm: experiment.arm })}
          </Link>
        </Fact>
      )}
      {shadowOf !== null && (
        <Fact name={t('shadowOf')}>
          <Link to="/interactions/$id" params={{ id: shadowOf }} className={LINK}>
            {t('theCall')}
          </Link>
        </Fact>
      )}
      {detail.shadows.length > 0 && (
        <Fact name={t('shadows', { count: detail.shadows.length })}>
          <Shadows detail={detail} />
        </Fact>
      )}
      {detail.promptName !== null && (
        <Fact name={t('prompt')}>
          <Prompt detail={detail} />
        </Fact>
      )}
    </>
  );
}
