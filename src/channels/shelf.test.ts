import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import {
  alert,
  alertMessage,
  anyMessage,
  anySetting,
  digestMessage,
  lowQualityMessage,
  messageSetting,
  summaryMessage,
} from '../../test/support/messages.ts';
import {
  alertmanagerProblems,
  discordProblems,
  pagerdutyProblems,
  slackProblems,
  teamsProblems,
} from '../../test/support/receiver-shapes.ts';
import { ChannelKind, Language } from '../contract/channels.ts';
import { alertmanagerBody } from './alertmanager.ts';
import type { ChannelTools } from './channel.ts';
import { discordBody } from './discord.ts';
import { mailOf } from './email.ts';
import { CHANNELS, channelOf } from './index.ts';
import { pagerdutyEvents } from './pagerduty.ts';
import { render } from './render.ts';
import { shorten } from './shorten.ts';
import { slackBody } from './slack.ts';
import { teamsBody } from './teams.ts';
import { signed, webhookBody } from './webhook.ts';

const KEY = 'R0123456789ABCDEF0123456789ABCDE';
const mailbox = { from: 'lqo@example.com', to: ['team@example.com'] };

describe('any message in any language', () => {
  const holds = (problems: (message: never, setting: never) => string[]): void =>
    fc.assert(
      fc.property(anyMessage, anySetting, (message, setting) => {
        expect(problems(message as never, setting as never)).toEqual([]);
      }),
      { numRuns: 150 },
    );

  it('is one that Slack takes, without marks and mentions of data', () => {
    holds((message, setting) => slackProblems(slackBody(message, setting)));
  });
  it('is one that Discord takes, mentioning nobody', () => {
    holds((message, setting) => discordProblems(discordBody(message, setting)));
  });
  it('is one that Teams takes', () => {
    holds((message, setting) => teamsProblems(teamsBody(message, setting)));
  });
  it('is one that PagerDuty takes', () => {
    holds((message, setting) => pagerdutyEvents(message, setting, KEY).flatMap(pagerdutyProblems));
  });
  it('is one that Alertmanager takes', () => {
    holds((message, setting) => alertmanagerProblems(alertmanagerBody(message, setting, 24)));
  });
  it('is JSON for webhooks', () => {
    fc.assert(
      fc.property(anyMessage, anySetting, (message, setting) => {
        const body = JSON.parse(JSON.stringify(webhookBody(message, setting)));
        expect(body).toMatchObject({ version: 1, type: message.kind, id: setting.messageId });
      }),
      { numRuns: 50 },
    );
  });
  it('is a mail whose HTML holds no tag of data and whose headers hold no line of data', () => {
    fc.assert(
      fc.property(anyMessage, anySetting, (message, setting) => {
        const mail = mailOf(message, setting, mailbox);
        const tags = mail.html.match(/<[a-z!/][^\s>]*/gi) ?? [];
        const known =
          /^<(!doctype|\/?(html|head|meta|title|body|table|tr|td|h1|h2|p|a|blockquote))$/i;
        expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
        expect(mail.subject).not.toMatch(/[\r\n]/);
        expect(mail.subject.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a low-quality alert', () => {
  it('says what LLM-Quality-Observer said', () => {
    const { title, lead, sections, links } = render(lowQualityMessage(), messageSetting());
    expect(title).toBe('Low quality alert: score 2/5');
    expect(lead).toBe('The score is at or below the threshold of 3.');
    expect(sections[0]?.facts).toEqual([
      { label: 'Score', value: '2/5' },
      { label: 'Judge', value: 'rule-overall-1' },
      { label: 'Label', value: 'too_short' },
      { label: 'Model', value: 'gpt-5-mini' },
      { label: 'Created', value: '2026-11-21 12:30 UTC' },
      { label: 'Interaction', value: '019aa5f0-0000-7000-8000-000000000002' },
    ]);
    expect(sections[0]?.passages.map(({ label }) => label)).toEqual([
      'Prompt',
      'Response',
      'Comment',
    ]);
    expect(links[0]?.url).toBe(
      'https://quality.example.com/interactions/019aa5f0-0000-7000-8000-000000000002?project=support-bot',
    );
  });

  it('shows 200 characters of a prompt, and nothing where texts are left out', () => {
    const long = render(
      lowQualityMessage({ texts: { prompt: 'x'.repeat(500), response: null } }),
      messageSetting(),
    );
    expect(long.sections[0]?.passages[0]?.text).toBe(`${'x'.repeat(199)}…`);
    expect(long.sections[0]?.passages.some(({ label }) => label === 'Response')).toBe(false);
  });
});

describe('figures', () => {
  it('carry their interval and n, or say that there are too few', () => {
    const fired = render(alertMessage(), messageSetting());
    expect(fired.sections[0]?.sentence).toBe(
      'Share of passing scores is 81.2% (95 %: 75.7% – 85.7%, n = 240), below 85%.',
    );
    const few = alert({
      reason: { ...alert().reason, current: { value: 0.5, n: 2, low: null, high: null } },
    });
    expect(
      render(alertMessage({ alerts: [few] }), messageSetting()).sections[0]?.sentence,
    ).toContain('50% (n = 2, too few for an interval)');
    const none = summaryMessage({ average: { value: null, n: 0, low: null, high: null } });
    expect(JSON.stringify(render(none, messageSetting()))).toContain('not known (n = 0)');
  });

  it('of a digest stand beside those before, with a verdict', () => {
    const facts = render(digestMessage(), messageSetting()).sections[0]?.facts;
    expect(facts?.[0]?.value).toBe(
      '0.81 (95 %: 0.79 – 0.83, n = 900) · before: 0.88 (95 %: 0.86 – 0.9, n = 850) · worse',
    );
    expect(facts?.at(-1)).toEqual({ label: 'Alerts', value: '3 fired, 1 open' });
  });

  it.each(Language.options)('are said in %s', (language) => {
    const setting = messageSetting({ language });
    const english = messageSetting();
    for (const message of [
      alertMessage(),
      lowQualityMessage(),
      summaryMessage(),
      digestMessage(),
    ]) {
      const { title } = render(message, setting);
      if (language !== 'en') expect(title).not.toBe(render(message, english).title);
      expect(title).not.toContain('undefined');
    }
  });
});

describe('alerts', () => {
  it('have the same identity in Alertmanager when they fire and when they resolve', () => {
    const one = alert({ labels: { model: 'gpt-5', '1st-label': 'x' } });
    const fired = alertmanagerBody(alertMessage({ alerts: [one] }), messageSetting(), 24);
    const ended = { ...one, state: 'resolved' as const, endedAt: '2026-11-21T13:00:00.000Z' };
    const resolved = alertmanagerBody(
      alertMessage({ kind: 'resolved', alerts: [ended] }),
      messageSetting({ at: '2026-11-21T13:00:01.000Z' }),
      24,
    );
    expect(fired).toMatchObject([
      {
        labels: {
          alertname: one.name,
          severity: 'critical',
          project: 'support-bot',
          _1st_label: 'x',
        },
        startsAt: one.startedAt,
        endsAt: '2026-11-22T12:30:00.000Z',
      },
    ]);
    expect(resolved).toMatchObject([{ endsAt: '2026-11-21T13:00:00.000Z' }]);
    expect(resolved.map((entry) => 'labels' in entry && entry.labels)).toEqual(
      fired.map((entry) => 'labels' in entry && entry.labels),
    );
  });

  it('are triggered and resolved in PagerDuty by one key each', () => {
    const alerts = [alert(), alert()];
    const keys = (kind: 'firing' | 'resolved'): unknown[] =>
      pagerdutyEvents(alertMessage({ kind, alerts }), messageSetting(), KEY).map((event) => ({
        ...event,
      }));
    expect(keys('firing')).toMatchObject(
      alerts.map(({ id }) => ({ event_action: 'trigger', dedup_key: `lqo-${id}` })),
    );
    expect(keys('resolved')).toMatchObject(
      alerts.map(({ id }) => ({ event_action: 'resolve', dedup_key: `lqo-${id}` })),
    );
  });

  it('beyond eight are counted', () => {
    const alerts = Array.from({ length: 12 }, () => alert());
    const { title, sections, more } = render(alertMessage({ alerts }), messageSetting());
    expect([title, sections.length, more]).toEqual(['12 alerts are firing', 8, 'And 4 more.']);
  });
});

/** Tools whose receiver answers so, and what it got. */
function answering(status: number, headers: Record<string, string> = {}, body = '') {
  const got: Parameters<ChannelTools['post']>[0][] = [];
  const tools: ChannelTools = {
    post: async (request) => {
      got.push(request);
      return { status, headers, body };
    },
    sendMail: () => Promise.reject(new Error('no mail here')),
    clock: { now: () => Date.parse('2026-11-21T12:30:00.000Z'), monotonic: () => 0 },
  };
  return { got, tools };
}

describe('the shelf', () => {
  it('has every kind, with options that are JSON Schema and secrets among them', () => {
    expect(new Set(CHANNELS.map(({ kind }) => kind))).toEqual(new Set(ChannelKind.options));
    expect(CHANNELS).toHaveLength(ChannelKind.options.length);
    for (const { options, secrets } of CHANNELS) {
      expect(secrets.filter((name) => !(name in options.shape))).toEqual([]);
    }
  });

  it.each<[number, Record<string, string>, string, object]>([
    [429, { 'retry-after': '7' }, '', { retryable: true, retryAfterMs: 7_000 }],
    [429, {}, '{"retry_after": 1.5}', { retryable: true, retryAfterMs: 1_500 }],
    [
      503,
      { 'retry-after': 'Sat, 21 Nov 2026 12:31:00 GMT' },
      '',
      { retryable: true, retryAfterMs: 60_000 },
    ],
    [500, {}, '', { retryable: true, retryAfterMs: null }],
    [404, {}, 'no_service', { retryable: false, message: 'Slack answered 404: no_service' }],
    [302, {}, '', { retryable: false }],
  ])('knows whether a reply of %i is worth another try', async (...given) => {
    const [status, headers, body, error] = given;
    const { tools } = answering(status, headers, body);
    const sending = channelOf('slack').send(
      alertMessage(),
      { url: 'https://hooks.slack.com/services/secret' },
      { setting: messageSetting(), tools },
    );
    await expect(sending).rejects.toMatchObject({ name: 'ChannelError', ...error });
  });

  it('signs webhooks over time and body', async () => {
    const { tools, got } = answering(204);
    const secret = 'a secret of sixteen';
    await channelOf('webhook').send(
      alertMessage(),
      { url: 'https://example.com/hook', secret, authorization: 'Bearer abc' },
      { setting: messageSetting(), tools },
    );
    const [request] = got;
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-lqo-message-id': messageSetting().messageId,
      'x-lqo-signature': signed(
        secret,
        Date.parse(messageSetting().at) / 1000,
        request?.body ?? '',
      ),
    });
  });

  it('refuses options that are not those of the channel', async () => {
    const { tools, got } = answering(204);
    await expect(
      channelOf('email').send(
        alertMessage(),
        { host: 'mail', from: 'a@b', to: ['x@y\r\nBcc: z@z'] },
        { setting: messageSetting(), tools },
      ),
    ).rejects.toThrow();
    expect(got).toEqual([]);
  });
});

describe('shortened text', () => {
  it('is never longer than asked, keeps characters whole and says what is missing', () => {
    expect(shorten('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 12)).toBe('👩‍👩‍👧‍👦…');
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('abcd', 3)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const short = shorten(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('a mail', () => {
  it('says the same in text and HTML', async () => {
    const mail = mailOf(lowQualityMessage({ comment: '<b>no</b>' }), messageSetting(), mailbox);
    expect(mail.text).toContain('<b>no</b>');
    expect(mail.html).toContain('&lt;b&gt;no&lt;/b&gt;');
    expect(mail.messageId).toBe(`<${messageSetting().messageId}@example.com>`);
  });
});
