import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { prettyJson } from '../../json-access.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { useFormat } from '../../use-format.ts';

interface Props {
  readonly name: 'request' | 'response';
  readonly body: InteractionDetail['request'];
  readonly bytes: number | null;
}

function RawBody({ name, body, bytes }: Props) {
  const t = useTranslations('interaction.raw');
  const format = useFormat();
  return (
    <section className="flex min-w-0 flex-col gap-1.5">
      <h2 className="text-[0.8125rem] font-medium">
        {t(name)}{' '}
        <span className="text-2xs font-normal text-muted">
          {[body.contentType, format.bytes(bytes)].filter((fact) => fact !== null).join(' · ')}
        </span>
      </h2>
      {body.body === null ? (
        <p className="text-[0.8125rem] text-muted">{t('empty')}</p>
      ) : (
        <CodeBlock
          code={body.encoding === 'utf8' ? prettyJson(body.body) : body.body}
          label={t(name)}
        />
      )}
    </section>
  );
}

/** The bytes as they were recorded. */
export function RawBodies({ detail }: { detail: InteractionDetail }) {
  return (
    <div className="flex flex-col gap-4">
      <RawBody name="request" body={detail.request} bytes={detail.requestBytes} />
      <RawBody name="response" body={detail.response} bytes={detail.responseBytes} />
    </div>
  );
}
