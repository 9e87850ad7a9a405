import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type {
  AlertMessage,
  BatchSummaryMessage,
  DigestMessage,
  LowQualityMessage,
  Message,
  MessageSetting,
} from '../../src/channels/message.ts';
import { type Alert, AlertReason } from '../../src/contract/alerts.ts';
import { MonitorMetric } from '../../src/contract/monitors.ts';

const AT = '2026-11-21T12:30:00.000Z';

/** Where and how test messages are said. */
export function messageSetting(given: Partial<MessageSetting> = {}): MessageSetting {
  return {
    projectName: 'Support bot',
    projectSlug: 'support-bot',
    language: 'en',
    baseUrl: 'https://quality.example.com',
    messageId: '019aa5f0-0000-7000-8000-000000000001',
    at: AT,
    ...given,
  };
}

export function alert(given: Partial<Alert> = {}): Alert {
  return {
    id: randomUUID(),
    source: 'monitor',
    monitorId: randomUUID(),
    name: 'Pass rate of answers',
    subject: '',
    severity: 'critical',
    state: 'firing',
    labels: { severity: 'critical', monitor: 'Pass rate of answers', model: 'gpt-5' },
    reason: {
      kind: 'below',
      metric: 'score_rate',
      unit: 'share',
      current: { value: 0.812, n: 240, low: 0.757, high: 0.857 },
      against: 0.85,
      details: { windowMinutes: 60 },
    },
    startedAt: '2026-11-21T12:00:00.000Z',
    firedAt: '2026-11-21T12:05:00.000Z',
    endedAt: null,
    durationSeconds: 1_800,
    changedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    silenceId: null,
    escalatedAt: null,
    lastNotifiedAt: null,
    runbookUrl: null,
    ...given,
  };
}

export function alertMessage(given: Partial<AlertMessage> = {}): AlertMessage {
  return { kind: 'firing', groupKey: 'g', alerts: [alert()], occasion: 'first', ...given };
}

export function lowQualityMessage(given: Partial<LowQualityMessage> = {}): LowQualityMessage {
  return {
    kind: 'low_quality',
    interactionId: '019aa5f0-0000-7000-8000-000000000002',
    score: 2,
    threshold: 3,
    judge: 'rule-overall-1',
    label: 'too_short',
    comment: 'The answer has three words.',
    model: 'gpt-5-mini',
    createdAt: AT,
    texts: { prompt: 'How do I get my money back?', response: 'You do not.' },
    more: 0,
    ...given,
  };
}

export function summaryMessage(given: Partial<BatchSummaryMessage> = {}): BatchSummaryMessage {
  return {
    kind: 'summary',
    evaluated: 1_234,
    failed: 2,
    lowQuality: 17,
    judgeType: 'rule',
    judge: 'rule-overall-1',
    average: { value: 4.21, n: 1_234, low: 4.17, high: 4.25 },
    finishedAt: AT,
    ...given,
  };
}

export function digestMessage(given: Partial<DigestMessage> = {}): DigestMessage {
  return {
    kind: 'digest',
    period: 'daily',
    from: '2026-11-20T08:00:00.000Z',
    to: '2026-11-21T08:00:00.000Z',
    figures: [
      {
        name: 'quality',
        unit: 'score',
        current: { value: 0.81, n: 900, low: 0.79, high: 0.83 },
        before: { value: 0.88, n: 850, low: 0.86, high: 0.9 },
        better: 'up',
        changed: true,
      },
    ],
    changes: [
      { slice: 'model gpt-5', difference: { value: -0.05, n: 400, low: -0.07, high: -0.03 } },
    ],
    alerts: { fired: 3, open: 1 },
    ...given,
  };
}

const NASTY = [
  '<!channel>',
  '<!here|here>',
  '<@U012AB3CD>',
  '@everyone',
  '@here',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '**bold** _i_ ~s~ `c` ```block```',
  '||spoiler||',
  '\r\nBcc: everyone@example.com\r\n',
  '&amp;&lt;',
  '결제 오류가 발생했습니다',
  '返品のポリシー',
  '退款流程',
  'مرحبا بالعالم',
  '\u202e\u2066evil',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  `e${'\u0301'.repeat(300)}`,
  '\ud800',
  '\u0000\u0007',
  '',
  '   ',
  'a'.repeat(10_000),
  '한'.repeat(10_000),
  '🚨'.repeat(5_000),
  '&'.repeat(5_000),
  '*'.repeat(5_000),
];

/** Any text that data may hold. */
export const anyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(fc.constantFrom(...NASTY), { minLength: 2, maxLength: 4 })
    .map((texts) => texts.join(' ')),
);

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const estimate = fc.record({
  value: fc.option(number),
  n: fc.nat(),
  low: fc.option(number),
  high: fc.option(number),
});
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString());
const metrics = MonitorMetric.options.map((option) => option.shape.kind.value);

const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    id: fc.uuid(),
    name: anyText,
    subject: anyText,
    severity: fc.constantFrom('critical', 'warning', 'info'),
    labels: fc.dictionary(anyText, anyText, { maxKeys: 6 }),
    reason: fc.record({
      kind: fc.constantFrom(...AlertReason.shape.kind.options),
      metric: fc.option(fc.oneof(fc.constantFrom(...metrics), anyText)),
      unit: fc.option(
        fc.constantFrom('share', 'score', 'ms', 'usd', 'tokens', 'calls', 'seconds', 'records'),
      ),
      current: estimate,
      against: fc.option(number),
      details: fc.constant({}),
    }),
    startedAt: time,
    endedAt: fc.option(time),
    changedAt: fc.option(time),
    durationSeconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
    note: fc.option(anyText),
    runbookUrl: fc.option(fc.webUrl()),
  })
  .map((given) => alert(given));

/** Any message that the program may have to say. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('firing', 'resolved'),
      alerts: fc.array(anyAlert, { minLength: 1, maxLength: 60 }),
      occasion: fc.constantFrom('first', 'again', 'escalation'),
    })
    .map((given) => alertMessage(given)),
  fc
    .record({
      score: fc.double({ min: 1, max: 5, noNaN: true }),
      judge: anyText,
      label: fc.option(anyText),
      comment: fc.option(anyText),
      model: fc.option(anyText),
      texts: fc.record({ prompt: fc.option(anyText), response: fc.option(anyText) }),
      more: fc.nat(),
    })
    .map((given) => lowQualityMessage(given)),
  fc
    .record({
      evaluated: fc.nat(),
      failed: fc.nat(),
      lowQuality: fc.nat(),
      average: estimate,
      judge: anyText,
      judgeType: anyText,
    })
    .map((given) => summaryMessage(given)),
  fc
    .record({
      period: fc.constantFrom('daily', 'weekly'),
      changes: fc.array(fc.record({ slice: anyText, difference: estimate }), { maxLength: 40 }),
    })
    .map((given) => digestMessage(given)),
  fc.record({ kind: fc.constant('test'), channel: anyText, by: anyText }),
);

/** Any setting: projects have names of people's choosing. */
export const anySetting: fc.Arbitrary<MessageSetting> = fc
  .record({ projectName: anyText, language: fc.constantFrom('en', 'ko', 'ja', 'zh') })
  .map((given) => messageSetting(given));
