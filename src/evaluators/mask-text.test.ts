import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText, maskWithPlaces } from './mask-text.ts';
import { redactText } from './pii/redact.ts';

describe('masking', () => {
  it('keeps the kind, and the last characters where people know a value by them', () => {
    const text = 'Card 4539 5787 6362 1486, mail bo@firma.se';
    const spans = [
      { start: 5, end: 24, kind: 'credit_card' },
      { start: 31, end: 42, kind: 'email' },
    ];
    expect(maskText(text, spans)).toBe('Card [credit_card …1486], mail [email]');
  });

  it('hides spans that overlap together, and ignores what is outside', () => {
    const spans = [
      { start: 3, end: 8, kind: 'phone' },
      { start: 1, end: 5, kind: 'email' },
      { start: 90, end: 99, kind: 'email' },
      { start: 8, end: 8, kind: 'email' },
    ];
    expect(maskText('0123456789', spans)).toBe('0[email]89');
  });

  it('leaves nothing of what was hidden, whatever the spans', () => {
    const span = fc
      .tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -5, max: 60 }))
      .map(([start, end]) => ({ start, end, kind: 'secret' }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        // Each place has a character of its own, so that a leak can be told.
        const text = Array.from({ length: 50 }, (_, at) => String.fromCharCode(0x4e00 + at)).join(
          '',
        );
        const masked = maskText(text, spans);
        for (let at = 0; at < 50; at += 1) {
          const isHidden = spans.some(({ start, end }) => start <= at && at < end);
          expect(masked.includes(text.charAt(at))).toBe(!isHidden);
        }
      }),
    );
  });
});

describe('redacting', () => {
  it('replaces personal data and secrets by their kinds', () => {
    expect(redactText('I am at bo@firma.se or 010-4821-7730; SSN 532-41-9087')).toBe(
      'I am at [email] or [phone …30]; SSN [us_ssn]',
    );
    expect(redactText('DB_PASSWORD=gT5!kqz91Lm')).toBe('DB_PASSWORD=[password]');
  });

  it('hides what a cut has left of a value at the end', () => {
    const whole = 'Please charge the card 4539 5787 6362 1486';
    for (let length = 33; length < whole.length; length += 1) {
      expect(redactText(whole.slice(0, length), { isCut: true })).toBe(
        'Please charge the card [cut]',
      );
    }
    expect(redactText('write to someone@fir', { isCut: true })).toBe('write to [cut]');
    expect(redactText('an ordinary ending of a text', { isCut: true })).toBe(
      'an ordinary ending of a text',
    );
  });
});

describe('places of a masked text', () => {
  it('are where the same words stand', () => {
    const text = 'write to ada@corp.test or call now';
    const masked = maskWithPlaces(text, [{ start: 9, end: 22, kind: 'email' }]);
    expect(masked.text).toBe('write to [email] or call now');
    expect(masked.map(0)).toBe(0);
    expect(masked.map(9)).toBe(9);
    expect(masked.map(15)).toBe(9);
    expect(masked.text.slice(masked.map(26))).toBe('call now');
    expect(masked.map(text.length)).toBe(masked.text.length);
  });

  it('keep their order and find what was not hidden, whatever is hidden', () => {
    const span = fc.record({
      start: fc.integer({ min: -5, max: 60 }),
      end: fc.integer({ min: -5, max: 60 }),
      kind: fc.constantFrom('email', 'iban'),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.array(span, { maxLength: 6 }), (text, spans) => {
        const masked = maskWithPlaces(text, spans);
        let before = 0;
        for (let place = 0; place < text.length; place += 1) {
          const now = masked.map(place);
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
          const isHidden = spans.some(({ start, end }) => place >= start && place < end);
          if (!isHidden) expect(masked.text[now]).toBe(text[place]);
        }
        expect(masked.map(text.length)).toBe(masked.text.length);
      }),
    );
  });
});
