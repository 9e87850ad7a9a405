import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, emptyRecurrence } from './draft.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('a draft of a silence', () => {
  const draft = { ...draftOf([{ label: 'model', operator: '=', value: 'a' }]), comment: ' known ' };

  it('ends as long from now as was chosen', () => {
    expect(bodyOf(draft, NOW)).toMatchObject({
      endsAt: '2026-03-01T16:00:00.000Z',
      comment: 'known',
      matchers: [{ label: 'model', operator: '=', value: 'a' }],
    });
    expect(bodyOf({ ...draft, length: '7d' }, NOW)?.endsAt).toBe('2026-03-08T12:00:00.000Z');
  });

  it('may end at a moment of its own, which must lie ahead', () => {
    const custom = { ...draft, length: 'custom' as const };
    expect(bodyOf({ ...custom, until: '2026-03-02T12:00:00Z' }, NOW)?.endsAt).toBe(
      '2026-03-02T12:00:00.000Z',
    );
    expect(bodyOf({ ...custom, until: '2026-02-02T12:00:00Z' }, NOW)).toBeNull();
    expect(bodyOf(custom, NOW)).toBeNull();
  });

  it('needs a reason and a label', () => {
    expect(bodyOf({ ...draft, comment: ' ' }, NOW)).toBeNull();
    const [first] = draft.matchers;
    const nameless = first === undefined ? [] : [{ ...first, label: '' }];
    expect(bodyOf({ ...draft, matchers: nameless }, NOW)).toBeNull();
  });

  it('has week days when it comes back', () => {
    const recurrence = emptyRecurrence('Asia/Seoul');
    expect(bodyOf({ ...draft, recurrence }, NOW)?.recurrence).toEqual(recurrence);
    expect(bodyOf({ ...draft, recurrence: { ...recurrence, weekdays: [] } }, NOW)).toBeNull();
  });
});
