import { RotateCcw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Rule, RuleVersion } from '../../../../contract/rules.ts';
import { useRestoreRule, useRuleVersions } from '../../../data/rules.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';

interface Props {
  readonly open: boolean;
  readonly rule: Rule;
  readonly onClose: () => void;
}

function Version({ rule, version }: { rule: Rule; version: RuleVersion }) {
  const t = useTranslations('rules.versions');
  const restore = useRestoreRule();
  const isNewest = version.version === rule.version;
  return (
    <li className="flex min-w-0 flex-col gap-2 border-t border-line pt-3 first:border-0 first:pt-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{t('version', { version: version.version })}</span>
        <Badge tone={isNewest ? 'accent' : 'neutral'}>
          {isNewest ? t('newest') : t(`deeds.${version.deed}`)}
        </Badge>
        <span className="text-2xs text-muted">
          <Time iso={version.createdAt} /> · {version.createdBy}
        </span>
        {!isNewest && (
          <Button
            className="ms-auto"
            disabled={restore.isPending}
            onClick={() => restore.mutate({ id: rule.id, version: version.version })}
          >
            <RotateCcw aria-hidden="true" className="size-3.5" />
            {t('restore')}
          </Button>
        )}
      </div>
      {version.changed.length > 0 && (
        <p className="text-2xs text-muted">
          {t('changed', { fields: version.changed.join(', ') })}
        </p>
      )}
      {restore.error !== null && <ErrorPanel error={restore.error} />}
      <Advanced title={t('definition')}>
        <CodeBlock
          code={JSON.stringify(version.definition, null, 2)}
          label={t('version', { version: version.version })}
        />
      </Advanced>
    </li>
  );
}

/** What a rule was before, who changed what, and the way back. */
export function VersionsDialog({ open, rule, onClose }: Props) {
  const t = useTranslations('rules.versions');
  const versions = useRuleVersions(rule.id, open);
  return (
    <Dialog open={open} onClose={onClose} title={t('title', { name: rule.name })} wide>
      <QueryView query={versions} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) => (
          <ul className="flex flex-col gap-3 text-start text-[0.8125rem] whitespace-normal">
            {items.map((version) => (
              <Version key={version.version} rule={rule} version={version} />
            ))}
          </ul>
        )}
      </QueryView>
    </Dialog>
  );
}
