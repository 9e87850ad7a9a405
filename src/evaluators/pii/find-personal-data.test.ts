import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mod97, weighted } from './checksums.ts';
import { findPersonalData } from './find-personal-data.ts';

/** What is found, as `kind:value`. */
function found(text: string): string[] {
  return findPersonalData(text).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`);
}
function severities(text: string): string[] {
  return findPersonalData(text).map(({ kind, severity }) => `${kind}:${severity}`);
}
const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const body = (number: string): number[] => [...number].map(Number);

/** The digit that makes a Luhn sum a multiple of ten. */
function luhnDigit(number: string): string {
  const sum = body(number)
    .reverse()
    .reduce((total, value, at) => {
      const doubled = at % 2 === 0 ? value * 2 : value;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}
function iban(country: string, account: string): string {
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}
function residentOfKorea(front: string): string {
  const sum = weighted(front, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
  return front + String((11 - (sum % 11)) % 10);
}
function myNumber(front: string): string {
  const rest = weighted(front, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return front + String(rest <= 1 ? 0 : 11 - rest);
}
function residentOfChina(front: string): string {
  const sum = weighted(front, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return front + '10X98765432'.charAt(sum % 11);
}

describe('personal data that carries a check', () => {
  it.each([
    ['credit_card', digits(14).map((tail) => `4${tail}`)],
    ['bank_card', digits(16).map((tail) => `62${tail}`)],
  ])('finds a %s, and nothing when a digit is wrong', (kind, fronts) => {
    fc.assert(
      fc.property(fronts, (front) => {
        const right = front + luhnDigit(front);
        const wrong = front + String((Number(luhnDigit(front)) + 5) % 10);
        // Published test numbers are found as well, at another severity.
        expect(found(`Value ${right}.`)).toContain(`${kind}:${right}`);
        expect(found(`Value ${wrong}.`).filter((one) => one.startsWith(kind))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds accounts by length, country and remainder', () => {
    fc.assert(
      fc.property(digits(18), (account) => {
        const german = iban('DE', account);
        expect(found(`IBAN ${german} bitte`)).toEqual([`iban:${german}`]);
        const spaced = german.replace(/(.{4})(?=.)/g, '$1 ');
        expect(found(`Konto: ${spaced}, danke`)).toEqual([`iban:${spaced}`]);
        const swapped = `DE${german.slice(2, 4) === '50' ? '51' : '50'}${account}`;
        expect(found(`See ${swapped} there`).filter((one) => one.startsWith('iban'))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('finds identity numbers of Korea, Japan and China', () => {
    const korean = residentOfKorea('850214203811');
    expect(found(`주민등록번호는 ${korean.slice(0, 6)}-${korean.slice(6)} 입니다`)).toEqual([
      `kr_resident_number:${korean.slice(0, 6)}-${korean.slice(6)}`,
    ]);
    expect(found(`주민번호 ${korean} 확인`)).toEqual([`kr_resident_number:${korean}`]);
    const japanese = myNumber('71234567890');
    expect(found(`私の番号は${japanese}です`)).toEqual([`jp_my_number:${japanese}`]);
    const chinese = residentOfChina('11010519880214001');
    expect(found(`身份证${chinese}。`)).toEqual([`cn_resident_id:${chinese}`]);
  });

  it.each([
    ['us_ssn', 'My SSN is 532-41-9087.', '532-41-9087'],
    ['us_itin', 'ITIN 912-78-1234', '912-78-1234'],
    ['gb_national_insurance', 'NI number AB 12 34 56 C', 'AB 12 34 56 C'],
    ['gb_nhs_number', 'NHS number 943 476 5919', '943 476 5919'],
    ['fr_nir', 'Sécurité sociale 1 85 05 78 006 084 91', '1 85 05 78 006 084 91'],
    ['es_dni', 'DNI 12345678Z', '12345678Z'],
    ['es_dni', 'NIE X1234567L', 'X1234567L'],
    ['it_codice_fiscale', 'CF RSSMRA85T10A562S', 'RSSMRA85T10A562S'],
    ['nl_bsn', 'BSN 111222333', '111222333'],
    ['de_tax_id', 'Steuer-ID 86 095 742 719', '86 095 742 719'],
    ['pl_pesel', 'PESEL 44051401359', '44051401359'],
    ['ch_ahv', 'AHV 756.9217.0769.85', '756.9217.0769.85'],
    ['br_cpf', 'CPF 529.982.247-25', '529.982.247-25'],
    ['in_aadhaar', 'Aadhaar 2341 2341 2346', '2341 2341 2346'],
    ['sg_nric', 'NRIC S1234567D', 'S1234567D'],
    ['kr_business_number', '사업자등록번호 120-81-47521', '120-81-47521'],
    ['jp_corporate_number', '法人番号 7000012050002', '7000012050002'],
    ['cn_credit_code', '税号 91350100M000100Y43', '91350100M000100Y43'],
    ['tw_national_id', '身分證 A123456789', 'A123456789'],
  ])('finds %s', (kind, text, value) => {
    expect(found(text)).toEqual([`${kind}:${value}`]);
  });

  it('does not believe numbers whose check fails', () => {
    for (const text of [
      'DNI 12345678A',
      'CPF 529.982.247-26',
      'SSN 000-41-9087',
      '编号110105198802140019',
      'The order number is 1234 5678 9012 3456.',
    ]) {
      expect(found(text).filter((one) => !one.startsWith('phone'))).toEqual([]);
    }
  });
});

describe('phones, mail and networks', () => {
  it.each([
    'Call me at (415) 736-2671 tomorrow.=(415) 736-2671',
    'Reach me on +44 20 7946 1958 please.=+44 20 7946 1958',
    'Téléphone : 06 12 34 56 78.=06 12 34 56 78',
    'My phone: 9482 7316=9482 7316',
    '제 번호는 010-4821-7730 이에요=010-4821-7730',
    '연락처 01048217730 으로=01048217730',
    '電話は090-3382-7714です=090-3382-7714',
    '代表 03-4382-7714 まで=03-4382-7714',
    '我的手机是13882716643，谢谢=13882716643',
    '請打 0961-030-362=0961-030-362',
  ])('finds a phone: %s', (line) => {
    const [text = '', number = ''] = line.split('=');
    expect(found(text)).toEqual([`phone:${number}`]);
  });

  it.each([
    ['Write to ana.lopez@firma.es today', 'ana.lopez@firma.es'],
    ['메일은 minji7@naver.com입니다', 'minji7@naver.com'],
    ['reach ana (at) firma (dot) es', 'ana (at) firma (dot) es'],
    ['my mail: jo.smith at bigfirm dot com', 'jo.smith at bigfirm dot com'],
  ])('finds a mail address: %s', (text, address) => {
    expect(found(text)).toEqual([`email:${address}`]);
  });

  it('leaves alone what only looks like one', () => {
    for (const text of [
      'Clone git@2x.png and icon@2x.png',
      'Install @types/node@24.0.1',
      'We met at noon dot dot dot',
      'version 4.18.2.1 of the firmware',
      'pi is 3.14159265358979',
      'https://news.site/2026/11/4539578763621486',
      '2026-11-21 14:30:00 and 1,234,567,890 won',
      'lat 37.551234, lon 126.988212',
      'Write 500-1000 words, or 1500 2000 at most, by 01.02.2027 or 05-12-2026',
      'He et al. (2015) 1026-1034; Nature (2019) 574 505-510',
      'The result is -1187905.\n\nContact: nobody',
      '普通は1000000円です。銀行で1234567円を払う',
      'my account has 150000 points',
    ]) {
      expect(found(text).filter((one) => !one.startsWith('email:git@'))).toEqual([]);
    }
  });

  it('gives values that belong to nobody low severity', () => {
    expect(severities('a@example.com, 192.168.0.7, 203.0.113.9')).toEqual([
      'email:low',
      'ip_address:low',
      'ip_address:low',
    ]);
    expect(severities('card 4242 4242 4242 4242, call (415) 555-0142')).toEqual([
      'credit_card:low',
      'phone:low',
    ]);
    expect(severities('SSN 078-05-1120')).toEqual(['us_ssn:low']);
    expect(severities('info@firma.se or john.doe@mail.se')).toEqual(['email:low', 'email:low']);
    expect(severities('call (212) 555-7712')).toEqual(['phone:low']);
    expect(severities('host 84.17.33.201 and mail bo@firma.se')).toEqual([
      'ip_address:medium',
      'email:medium',
    ]);
  });

  it('finds addresses of streets, at low severity', () => {
    for (const text of [
      'I live at 4711 Maple Hill Road, Apt 5.',
      '집은 서울시 마포구 월드컵로 123-4 입니다',
      '東京都渋谷区神南1丁目2番3号',
      '住在杭州市文三路88号3单元201室',
      'Er wohnt in der Lindenstraße 12.',
    ]) {
      expect(severities(text)).toEqual(['street_address:low']);
    }
  });
});

describe('the words around a number', () => {
  it('decide where the form alone does not', () => {
    expect(found('Passport no. C03005988')).toEqual(['passport:C03005988']);
    expect(found('Part no. C03005988')).toEqual([]);
    expect(found('신한은행 110-238-445871 로 보내줘')).toEqual(['bank_account:110-238-445871']);
    expect(found('三井住友銀行 普通 4182206')).toEqual(['bank_account:4182206']);
    expect(found('在庫 4182206 個')).toEqual([]);
  });

  it('speak against numbers of things', () => {
    expect(found('注文番号 090-3382-7714')).toEqual([]);
    expect(found('快递单号 13882716643')).toEqual([]);
  });
});

describe('places', () => {
  it('are those of the original, whatever forms its characters have', () => {
    const wide = '０１０−４８２１−７７３０';
    expect(found(`전화 ${wide} 입니다`)).toEqual([`phone:${wide}`]);
    const hidden = '532\u200b-41\u00ad-9087';
    expect(found(`😀 SSN ${hidden}!`)).toEqual([`us_ssn:${hidden}`]);
    const mathematical = [...'4539578763621486']
      .map((digit) => String.fromCodePoint(0x1d7ce + Number(digit)))
      .join('');
    expect(found(`card ${mathematical}.`)).toEqual([`credit_card:${mathematical}`]);
  });

  it('are in order, inside the text and apart from each other, for any text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'bo@firma.se',
        ' 010-4821-7730',
        '\u200b',
        '𝟏𝟐',
        '４５３９',
        ' SSN 532-41-9087',
        '@',
        '::1',
        '+',
        '(0',
        '〒',
        'GB82 WEST 1234',
      ),
      digits(9),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { start, end } of findPersonalData(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = end;
        }
      }),
    );
  });
});

describe('the time it takes', () => {
  /** Seconds of CPU, the least of three. */
  function seconds(text: string): number {
    const runs = [0, 1, 2].map(() => {
      const before = process.cpuUsage();
      findPersonalData(text);
      const spent = process.cpuUsage(before);
      return (spent.user + spent.system) / 1e6;
    });
    return Math.min(...runs);
  }

  it.each([
    ['digits', '1234567890'],
    ['groups', '12 34-56.78 '],
    ['letters', 'abcdefghij'],
    ['letters and digits', 'a1B2c3D4'],
    ['at signs', 'a@b.c@'],
    ['half addresses', 'a.b-c@d-e.'],
    ['streets', '12 Main '],
    ['colons', 'ab:cd::'],
    ['Hangul', '서울시 마포구 로1 '],
    ['Han', '北京市中路村1号'],
    ['spelled', 'x at y dot '],
    ['brackets', '(02)(0'],
  ])('grows with the length of the text and not faster: %s', (_, unit) => {
    findPersonalData(unit.repeat(500));
    const short = seconds(unit.repeat(20_000 / unit.length));
    const long = seconds(unit.repeat(160_000 / unit.length));
    // Eight times the text; a square would take 64 times as long. The floor keeps noise out.
    expect(long).toBeLessThan(Math.max(0.4, 30 * short));
  });
});
