import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';

function labelExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/scores \\`,
    '  -H "Authorization: Bearer $LQO_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"interactionId": "…", "name": "overall", "value": 1}'`,
  ].join('\n');
}

/** What calibration needs: labels of people. */
export function EmptyCalibration() {
  const t = useTranslations('calibration.empty');
  return (
    <section className="panel flex max-w-3xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('explain')}</p>
      <Link to="/review" className={`${buttonClass('primary')} self-start`}>
        {t('toReview')}
      </Link>
      <h3 className="text-[0.8125rem] font-medium">{t('curl')}</h3>
      <CodeBlock code={labelExample()} label={t('curl')} />
    </section>
  );
}
