import type {
  BatchSummaryMessage,
  DigestFigure,
  DigestMessage,
  LowQualityMessage,
  MessageSetting,
} from './message.ts';
import { pageUrl } from './page-links.ts';
import type { Fact, Rendered, Tone } from './rendered.ts';
import { shorten } from './shorten.ts';
import type { Texts } from './texts/texts.ts';
import { writeEstimate, writeNumber, writeTime } from './write-figures.ts';

/** Characters of prompts and answers that are told, as LLM-Quality-Observer's mails had them. */
const PASSAGE_CHARACTERS = 200;
const COMMENT_CHARACTERS = 500;

/** An interaction at or below the threshold. */
export function renderLowQuality(
  message: LowQualityMessage,
  setting: MessageSetting,
  texts: Texts,
): Rendered {
  const { facts } = texts;
  const score = `${writeNumber(message.score, 'native', texts)}/5`;
  const passage = (
    label: string,
    text: string | null,
    limit: number,
  ): { label: string; text: string }[] =>
    text === null || text.trim() === '' ? [] : [{ label, text: shorten(text, limit) }];
  const fact = (label: string, value: string | null): Fact[] =>
    value === null || value === '' ? [] : [{ label, value }];
  return {
    title: texts.lowQuality.title(score),
    tone: lowTone(message.score),
    lead: texts.lowQuality.lead(writeNumber(message.threshold, 'native', texts)),
    sections: [
      {
        heading: null,
        sentence: null,
        facts: [
          { label: facts.score, value: score },
          { label: facts.judge, value: message.judge },
          ...fact(facts.label, message.label),
          ...fact(facts.model, message.model),
          { label: facts.created, value: writeTime(message.createdAt) },
          { label: facts.interaction, value: message.interactionId },
        ],
        passages: [
          ...passage(facts.prompt, message.texts.prompt, PASSAGE_CHARACTERS),
          ...passage(facts.response, message.texts.response, PASSAGE_CHARACTERS),
          ...passage(facts.comment, message.comment, COMMENT_CHARACTERS),
        ],
        link: null,
      },
    ],
    more:
      message.more === 0
        ? null
        : texts.lowQuality.more(writeNumber(message.more, 'records', texts)),
    links: [
      {
        label: texts.links.interaction,
        url: pageUrl(setting, `/interactions/${encodeURIComponent(message.interactionId)}`),
      },
    ],
  };
}

/** As LLM-Quality-Observer's badges: critical to 2, warning to 3. */
function lowTone(score: number): Tone {
  return score <= 2 ? 'critical' : 'warning';
}

/** What a run of evaluation did. */
export function renderSummary(
  message: BatchSummaryMessage,
  setting: MessageSetting,
  texts: Texts,
): Rendered {
  const { facts } = texts;
  const count = (value: number): string => writeNumber(value, 'records', texts);
  return {
    title: texts.summary.title(count(message.evaluated)),
    tone: message.failed > 0 ? 'warning' : 'good',
    lead: null,
    sections: [
      {
        heading: null,
        sentence: null,
        facts: [
          { label: facts.evaluated, value: count(message.evaluated) },
          { label: facts.failed, value: count(message.failed) },
          { label: facts.average, value: writeEstimate(message.average, 'native', texts) },
          { label: facts.lowQuality, value: count(message.lowQuality) },
          { label: facts.judgeType, value: message.judgeType },
          { label: facts.judge, value: message.judge },
          { label: facts.finished, value: writeTime(message.finishedAt) },
        ],
        passages: [],
        link: null,
      },
    ],
    more: null,
    links: [{ label: texts.links.evaluations, url: pageUrl(setting, '/evaluations') }],
  };
}

/** The figures of a day or week beside those before. */
export function renderDigest(
  message: DigestMessage,
  setting: MessageSetting,
  texts: Texts,
): Rendered {
  const { digest } = texts;
  const { fired, open } = message.alerts;
  const count = (value: number): string => writeNumber(value, 'records', texts);
  const changes = message.changes.map(({ slice, difference }) => ({
    label: slice,
    value: writeEstimate(difference, 'score', texts),
  }));
  return {
    title: message.period === 'daily' ? digest.daily : digest.weekly,
    tone: message.figures.some(isWorse) ? 'warning' : 'info',
    lead: `${writeTime(message.from)} – ${writeTime(message.to)}`,
    sections: [
      {
        heading: null,
        sentence: null,
        facts: [
          ...message.figures.map((figure) => figureFact(figure, texts)),
          { label: texts.facts.alerts, value: digest.alerts(count(fired), count(open)) },
        ],
        passages: [],
        link: null,
      },
      ...(changes.length === 0
        ? []
        : [
            {
              heading: digest.changes,
              sentence: null,
              facts: changes.slice(0, 10),
              passages: [],
              link: null,
            },
          ]),
    ],
    more: null,
    links: [{ label: texts.links.dashboard, url: pageUrl(setting, '/') }],
  };
}

function figureFact(figure: DigestFigure, texts: Texts): Fact {
  const { digest } = texts;
  const label = digest.figures[figure.name];
  const { current, before, unit } = figure;
  // Totals are counted, not estimated: they have no interval.
  if (unit === 'calls' || unit === 'usd') {
    const total = (value: number | null): string => writeNumber(value ?? 0, unit, texts);
    return { label, value: `${total(current.value)} · ${digest.before(total(before.value))}` };
  }
  const said = writeEstimate(current, unit, texts);
  const earlier = digest.before(writeEstimate(before, unit, texts));
  return { label, value: `${said} · ${earlier} · ${verdictOf(figure, texts)}` };
}

function verdictOf(figure: DigestFigure, { digest }: Texts): string {
  if (figure.changed === null) return digest.unsure;
  if (!figure.changed) return digest.unchanged;
  if (figure.better === 'neither') return digest.changed;
  return isWorse(figure) ? digest.worse : digest.better;
}

function isWorse({ changed, better, current, before }: DigestFigure): boolean {
  if (changed !== true || current.value === null || before.value === null) return false;
  if (better === 'neither') return false;
  const rose = current.value > before.value;
  return better === 'up' ? !rose : rose;
}
