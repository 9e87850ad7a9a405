import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ColumnMap, Dataset, FileFormat } from '../../../../contract/datasets.ts';
import { useImport, usePreview } from '../../../data/datasets.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField } from '../../../ui/field.tsx';
import { BadLines } from './bad-lines.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { PreviewTable } from './preview-table.tsx';

interface Props {
  readonly dataset: Dataset;
  readonly onClose: () => void;
}

interface Chosen {
  readonly file: File;
  readonly format: FileFormat;
  readonly columns: ColumnMap;
}

function FileField({ onChoose }: { onChoose: (file: File) => void }) {
  const t = useTranslations('datasets.import');
  return (
    <label className="flex flex-col gap-1">
      {t('file')}
      <input
        type="file"
        accept=".jsonl,.ndjson,.json,.csv"
        className="field h-auto py-1.5 text-xs"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onChoose(file);
        }}
      />
      <span className="text-2xs text-muted">{t('fileHint')}</span>
    </label>
  );
}

/** What is chosen, with how it would be read; a changed map is tried at once. */
function useChosen() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const preview = usePreview();
  const show = (next: Chosen): void => {
    setChosen(next);
    preview.mutate(next);
  };
  return {
    chosen,
    preview,
    choose: (file: File) =>
      show({ file, format: /\.csv$/i.test(file.name) ? 'csv' : 'jsonl', columns: {} }),
    map: (columns: ColumnMap) => chosen !== null && show({ ...chosen, columns }),
  };
}

function ImportForm({ dataset, onClose }: Props) {
  const t = useTranslations('datasets.import');
  const { chosen, preview, choose, map } = useChosen();
  const [isWhole, setIsWhole] = useState(false);
  const send = useImport(dataset.id);
  if (send.data !== undefined) {
    const { added, kept, removed, version, rejected, badLines } = send.data;
    return (
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p role="status">{t('done', { added, kept, removed, version })}</p>
        <BadLines lines={rejected} count={badLines} />
        <Button look="primary" onClick={onClose}>
          {t('close')}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4 text-[0.8125rem]">
      <FileField onChoose={choose} />
      {preview.error !== null && <ErrorPanel error={preview.error} />}
      {chosen !== null && preview.data !== undefined && (
        <>
          <MappingFields preview={preview.data} columns={chosen.columns} onChange={map} />
          <PreviewTable preview={preview.data} />
          <BadLines lines={preview.data.rejected} count={preview.data.rejected.length} />
          {dataset.items > 0 && (
            <CheckField
              label={t('whole')}
              hint={t('wholeHint')}
              checked={isWhole}
              onChange={setIsWhole}
            />
          )}
          {send.error !== null && <ErrorPanel error={send.error} />}
          <Button
            look="primary"
            disabled={send.isPending || preview.data.items.length === 0}
            onClick={() => send.mutate({ ...chosen, mode: isWhole ? 'replace' : 'append' })}
          >
            {send.isPending ? t('sending') : t('send')}
          </Button>
        </>
      )}
    </div>
  );
}

/** Imports a file after showing how it would be read. */
export function ImportDialog({ open, ...rest }: Props & { readonly open: boolean }) {
  const t = useTranslations('datasets.import');
  return (
    <Dialog open={open} onClose={rest.onClose} title={t('title')} wide>
      <ImportForm {...rest} />
    </Dialog>
  );
}
