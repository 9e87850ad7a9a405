import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../../ui/button.tsx';
import { CheckField } from '../../../ui/field.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { type ConditionDraft, type GroupDraft, newGroup, newTest } from './condition-draft.ts';
import { TestRow } from './test-row.tsx';

interface GroupProps {
  readonly group: GroupDraft;
  readonly depth: number;
  readonly onChange: (group: GroupDraft) => void;
  /** Null: the outermost one stays. */
  readonly onRemove: (() => void) | null;
}

/** The API takes eight levels; more than this nobody reads. */
const MAX_DEPTH = 4;

function GroupHead({ group, onChange, onRemove }: Omit<GroupProps, 'depth'>) {
  const t = useTranslations('rules.builder');
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Segmented
        label={t('mode')}
        value={group.mode}
        onChoose={(mode) => onChange({ ...group, mode })}
        options={[
          { value: 'all', label: t('all') },
          { value: 'any', label: t('any') },
        ]}
      />
      <CheckField
        label={t('notGroup')}
        checked={group.isNegated}
        onChange={(isNegated) => onChange({ ...group, isNegated })}
      />
      {onRemove !== null && (
        <IconButton label={t('removeGroup')} onClick={onRemove} className="ms-auto">
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      )}
    </div>
  );
}

/** Conditions of which all or any must hold, and groups of them. */
export function ConditionGroup({ group, depth, onChange, onRemove }: GroupProps) {
  const t = useTranslations('rules.builder');
  const { parts } = group;
  const set = (next: readonly ConditionDraft[]): void => onChange({ ...group, parts: next });
  const replace = (one: ConditionDraft): void =>
    set(parts.map((part) => (part.key === one.key ? one : part)));
  const remove = (key: number): void => set(parts.filter((part) => part.key !== key));
  return (
    <fieldset
      aria-label={t('group')}
      className="flex min-w-0 flex-col gap-2 rounded-md border border-line p-2.5"
    >
      <GroupHead group={group} onChange={onChange} onRemove={onRemove} />
      {parts.map((part) =>
        part.kind === 'group' ? (
          <ConditionGroup
            key={part.key}
            group={part}
            depth={depth + 1}
            onChange={replace}
            onRemove={() => remove(part.key)}
          />
        ) : (
          <TestRow
            key={part.key}
            test={part}
            onChange={replace}
            onRemove={parts.length > 1 ? () => remove(part.key) : null}
          />
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => set([...parts, newTest()])}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('addTest')}
        </Button>
        {depth < MAX_DEPTH && (
          <Button look="quiet" onClick={() => set([...parts, newGroup()])}>
            {t('addGroup')}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
