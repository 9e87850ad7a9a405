import { useTranslations } from 'use-intl';
import type { PromptDiff, PromptVersion } from '../../../../contract/prompts.ts';
import { usePromptDiff } from '../../../data/prompts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';

type DiffSection = PromptDiff['sections'][number];
type Line = DiffSection['lines'][number];

const MARKS = { same: ' ', added: '+', removed: '−' } as const;
const LINES = { same: '', added: 'bg-good-soft', removed: 'bg-bad-soft' } as const;

function DiffLine({ line }: { line: Line }) {
  const t = useTranslations('prompts.diff');
  const strong = line.kind === 'removed' ? 'text-bad line-through' : 'text-good underline';
  return (
    <div className={classNames('flex gap-2 px-2', LINES[line.kind])}>
      <span aria-hidden="true" className="w-2 shrink-0 text-muted select-none">
        {MARKS[line.kind]}
      </span>
      <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
        {line.kind !== 'same' && <span className="sr-only">{t(line.kind)} </span>}
        {line.words === null
          ? line.text
          : line.words.map((word, at) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: words of one line keep their places
                key={at}
                className={word.kind === 'same' ? '' : classNames('font-semibold', strong)}
              >
                {word.text}
              </span>
            ))}
      </span>
    </div>
  );
}

function DiffBody({ diff }: { diff: PromptDiff }) {
  const t = useTranslations('prompts');
  const isSame = diff.sections.every(({ kind }) => kind === 'same') && diff.parameters.length === 0;
  if (isSame) return <p className="text-[0.8125rem] text-muted">{t('diff.same')}</p>;
  return (
    <div className="flex flex-col gap-3">
      {diff.sections.map((section, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections are messages in their order
        <div key={at} className="overflow-hidden rounded-md border border-line">
          {section.role !== 'text' && (
            <p className="border-b border-line bg-sunken px-2 py-1 text-2xs font-medium text-muted">
              {t(`form.roles.${section.role}`)}
            </p>
          )}
          <div className="py-1 font-mono text-xs leading-relaxed">
            {section.lines.map((line, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their places
              <DiffLine key={place} line={line} />
            ))}
          </div>
        </div>
      ))}
      {diff.parameters.length > 0 && (
        <ul className="font-mono text-xs">
          {diff.parameters.map(({ name, from, to }) => (
            <li key={name}>
              {name}: <span className="text-bad">{from ?? '–'}</span> →{' '}
              <span className="text-good">{to ?? '–'}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Diff({ name, from, to }: { name: string; from: number; to: number }) {
  const diff = usePromptDiff(name, from, to);
  return (
    <QueryView query={diff} skeleton={<SkeletonRows rows={3} />}>
      {(reply) => <DiffBody diff={reply} />}
    </QueryView>
  );
}

interface Props {
  readonly name: string;
  readonly to: number;
  /** Null: the version before. */
  readonly from: number | null;
  readonly versions: readonly PromptVersion[];
  readonly onChoose: (version: number) => void;
}

/** What changed from another version to the one that is shown. */
export function DiffPanel({ name, to, from, versions, onChoose }: Props) {
  const t = useTranslations('prompts');
  const others = versions.map(({ version }) => version).filter((version) => version !== to);
  const before = others.find((version) => version < to) ?? others.at(-1) ?? to;
  const chosen = from !== null && others.includes(from) ? from : before;
  return (
    <Section
      title={t('diff.title', { to })}
      actions={
        <label className="flex items-center gap-2 text-xs">
          {t('diff.from')}
          <select
            className="field h-7"
            value={chosen}
            onChange={(event) => onChoose(Number(event.target.value))}
          >
            {others.map((version) => (
              <option key={version} value={version}>
                {t('version', { version })}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Diff name={name} from={chosen} to={to} />
    </Section>
  );
}
