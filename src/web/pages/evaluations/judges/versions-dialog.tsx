import { useTranslations } from 'use-intl';
import type { Rubric, RubricContent } from '../../../../contract/judges.ts';
import { useRubricVersions } from '../../../data/judges.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useRubricName } from './use-rubric-name.ts';

/** What a version asks: its criteria with their levels, and its rules. */
function Content({ content }: { content: RubricContent }) {
  const lowest = content.scale === 'five' ? 1 : 0;
  return (
    <div className="flex flex-col gap-2">
      {content.criteria.map(({ name, question, levels }) => (
        <div key={name}>
          <p>
            <span className="font-mono text-xs">{name}</span> · {question}
          </p>
          <ol className="mt-1 text-xs text-muted">
            {levels.map((level, at) => (
              <li key={level}>
                {lowest + at} = {level}
              </li>
            ))}
          </ol>
        </div>
      ))}
      {content.rules.length > 0 && (
        <ul className="list-disc ps-4 text-xs text-muted">
          {content.rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Versions({ name }: { name: string }) {
  const t = useTranslations('judges');
  const versions = useRubricVersions(name);
  return (
    <QueryView query={versions} skeleton={<SkeletonRows rows={3} />}>
      {({ items }) => (
        <ol className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal">
          {items.map(({ version, content, createdAt, createdBy }) => (
            <li key={version} className="border-b border-line pb-3 last:border-0">
              <p className="mb-1 text-2xs text-muted">
                {t('version', { version })}
                {createdAt === null ? (
                  ` · ${t('builtIn')}`
                ) : (
                  <>
                    {' '}
                    · <Time iso={createdAt} as="ago" />
                  </>
                )}
                {createdBy !== null && ` · ${createdBy}`}
              </p>
              <Content content={content} />
            </li>
          ))}
        </ol>
      )}
    </QueryView>
  );
}

interface Props {
  readonly open: boolean;
  readonly rubric: Rubric;
  readonly onClose: () => void;
}

/** What every version of a rubric asks. */
export function VersionsDialog({ open, rubric, onClose }: Props) {
  const t = useTranslations('judges.actions');
  const nameOf = useRubricName();
  const name = nameOf({ name: rubric.name, title: rubric.content.title });
  return (
    <Dialog open={open} onClose={onClose} title={t('versions', { name })} wide>
      <Versions name={rubric.name} />
    </Dialog>
  );
}
