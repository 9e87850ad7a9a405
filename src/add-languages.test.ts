import { describe, expect, it } from 'vitest';
import { batchOf, bodyRow, interactionRow } from '../test/support/records.ts';
import { languageOf, withLanguages } from './add-languages.ts';
import type { Queryable } from './store/database.ts';

const NO_DATABASE = {} as Queryable;

describe('the language of an answer', () => {
  it('is told by its beginning', () => {
    expect(
      languageOf('The invoice was sent to you on Monday, and it is due by the end of the month.'),
    ).toBe('en');
    expect(languageOf('청구서는 월요일에 보내 드렸고 이달 말까지 납부하시면 됩니다.')).toBe('ko');
    expect(languageOf('請求書は月曜日にお送りしました。月末までにお支払いください。')).toBe('ja');
    expect(languageOf('发票已于星期一寄出，请在月底之前付款。')).toBe('zh');
    expect(languageOf('Счёт был отправлен в понедельник.')).toBe('ru');
  });

  it('is unknown where there is too little to tell', () => {
    expect(languageOf('')).toBeNull();
    expect(languageOf('42')).toBeNull();
    expect(languageOf('OK')).toBeNull();
  });

  it('is recorded with every call, by its text or else its preview', async () => {
    const long = interactionRow({ projectId: 'p', responsePreview: '' });
    const short = interactionRow({ projectId: 'p', responsePreview: '네, 내일까지 가능합니다.' });
    let recorded: readonly (string | null | undefined)[] = [];
    const step = withLanguages(async (_tx, { interactions }) => {
      recorded = interactions.map(({ language }) => language);
    });
    const bodies = [bodyRow(long, { responseText: '明日までに可能ですので、ご安心ください。' })];
    await step(NO_DATABASE, batchOf({ interactions: [long, short], bodies }));
    expect(recorded).toEqual(['ja', 'ko']);
  });
});
