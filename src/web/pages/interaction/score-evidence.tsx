import { useTranslations } from 'use-intl';
import type { InteractionDetail, Score } from '../../../contract/interactions.ts';
import { asList, asObject, asText } from '../../json-access.ts';
import { readMarks, type TextMark } from '../../text-marks.ts';
import { Badge } from '../../ui/badge.tsx';

const MOST = 6;
const AROUND = 60;

interface Quote {
  readonly key: string;
  readonly where: 'prompt' | 'answer' | 'context';
  readonly number: number;
  readonly mark: TextMark;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

function quotesIn(
  text: string | null,
  marks: readonly TextMark[],
  at: Pick<Quote, 'where' | 'number'>,
): Quote[] {
  if (text === null) return [];
  return marks.map((mark) => ({
    ...at,
    key: `${at.where} ${at.number} ${mark.start} ${mark.end} ${mark.kind}`,
    mark,
    before: text.slice(Math.max(0, mark.start - AROUND), mark.start),
    text: text.slice(mark.start, mark.end),
    after: text.slice(mark.end, mark.end + AROUND),
  }));
}

function quotesOf(detail: InteractionDetail, { details }: Score): Quote[] {
  return [
    ...quotesIn(detail.promptText, readMarks(details, 'prompt'), { where: 'prompt', number: 0 }),
    ...quotesIn(detail.responseText, readMarks(details, 'answer'), { where: 'answer', number: 0 }),
    ...detail.context.flatMap((passage, number) =>
      quotesIn(passage, readMarks(details, 'context', number), { where: 'context', number }),
    ),
  ];
}

function driversOf({ details }: Score): string[] {
  return asList(details?.['drivers']).flatMap((driver) => asText(asObject(driver)['text']) ?? []);
}

/** The places that a score is about, in their surroundings, and the words that drove it. */
export function ScoreEvidence({ detail, score }: { detail: InteractionDetail; score: Score }) {
  const t = useTranslations('score');
  const drivers = driversOf(score);
  // The grounding view shows sentences beside their passages.
  const quotes = score.name === 'grounding' ? [] : quotesOf(detail, score);
  if (drivers.length + quotes.length === 0) return null;
  return (
    <div className="flex flex-col gap-1 text-xs">
      {drivers.length > 0 && (
        <p className="flex flex-wrap items-center gap-1 text-muted">
          {t('drivers')}
          {drivers.map((text) => (
            <Badge key={text}>{text}</Badge>
          ))}
        </p>
      )}
      <ul className="flex flex-col gap-1">
        {quotes.slice(0, MOST).map(({ key, where, number, mark, before, text, after }) => (
          <li key={key} className="wrap-anywhere">
            <span className="text-2xs text-muted">
              {t(`where.${where}`, { number: number + 1 })} · {mark.kind}
            </span>{' '}
            <span className="text-muted">{before}</span>
            <mark className="rounded-sm bg-warn-soft text-inherit" title={mark.note ?? mark.kind}>
              {text}
            </mark>
            <span className="text-muted">{after}</span>
          </li>
        ))}
      </ul>
      {quotes.length > MOST && (
        <p className="text-2xs text-muted">{t('moreQuotes', { count: quotes.length - MOST })}</p>
      )}
    </div>
  );
}
