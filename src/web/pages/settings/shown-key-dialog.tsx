import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Begins every key that stands in web pages. */
const PUBLIC = 'lqo_pub_';

/** The only time a key can be read. */
export function ShownKeyDialog(props: { apiKey: string | null; onClose: () => void }) {
  const t = useTranslations('settings.keys');
  const key = props.apiKey ?? '';
  return (
    <Dialog open={props.apiKey !== null} onClose={props.onClose} title={t('shownTitle')} wide>
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p>{t('shownText')}</p>
        <CodeBlock code={key} label={t('shownTitle')} />
        {key.startsWith(PUBLIC) && (
          <>
            <p>{t('snippetText')}</p>
            <CodeBlock code={snippetOf(key, window.location.origin)} label={t('snippetTitle')} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function snippetOf(key: string, url: string): string {
  return `async function sendFeedback(interactionId, rating, comment) {
  const reply = await fetch('${url}/api/v1/feedback', {
    method: 'POST',
    headers: {
      authorization: 'Bearer ${key}',
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ interactionId, rating, comment }),
  });
  if (!reply.ok) throw new Error(\`feedback was refused: \${reply.status}\`);
}
// rating: -1, 0 or 1
sendFeedback(interactionId, 1, 'Solved it.');`;
}
