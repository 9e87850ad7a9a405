import { type Pattern, standing } from './define-pattern.ts';

/** Country calling codes (ITU-T E.164). */
const CALLING_CODE =
  /^(?:1|7|2(?:0|7|1[1-368]|[2346]\d|5[0-8]|9[0-9])|3(?:[0-469]|5\d|7\d|8\d)|4(?:[013-9]|2[013])|5(?:[1-8]|0\d|9\d)|6(?:[0-6]|7\d|8\d|9\d)|8(?:[1246]|5\d|8\d|0\d|7\d)|9(?:[0-58]|6\d|7\d|9\d))/;

const PHONE =
  /\b(?:phone|telephone|mobile|whatsapp|telegram|contact|hotline|voice ?mail|kakao|wechat|emergency|telefon|téléphone|teléfono|móvil|cellulare)|\b(?:calls?|called|calling|call ?back|tel|cell|fax|text|sms|dial|ring|reach|reached|ph|handy|office ?:|messages? to|registered|in touch|get (?:me|us|him|her|them) (?:on|at)|(?:my|his|her|our|your|their|new|old) (?:new |old |work |home |office )?number|numbers? ?(?:is|was|to|for|of|from|at|:))(?![a-z])|☎|📞|전화|연락|휴대폰|핸드폰|폰번호|문자|팩스|電話|携帯|連絡先|連絡は|ファックス|电话|手机|联系|致电|傳真|传真/i;

/**
 * Numbers of nobody: the exchange 555 of the North American plan, which examples and films use, lines that are free of charge and belong to organisations, digits in a row.
 */
function isFictional(digits: string): boolean {
  const number = digits.replace(/^1(?=\d{10}$)/, '');
  if (/^(?:[2-9]\d{2})?555\d{4}$|^555\d{7}$/.test(number)) return true;
  if (/^8(?:00|33|44|55|66|77|88)\d{4,7}$/.test(number)) return true;
  return (
    /^(?:1588|1577|1544|1599|1566|1670|0120|0800)\d{4,6}$/.test(number) ||
    /^0?1?0?(?:1234567|12345678|1234567890)\d?$/.test(number)
  );
}

const YEAR = String.raw`(?!(?:1[89]|20)\d\d(?!\d))`;
/** Both ends round: a range or a list of amounts. */
const ROUND = String.raw`(?!\d{1,3}0[ -]\d{0,3}0(?!\d))`;
const LONE_GROUPS = String.raw`${ROUND}[2-9]\d{2}[ -]${YEAR}\d{4}|${ROUND}${YEAR}[2-9]\d{3} ${YEAR}\d{4}|\d{2} \d{3} \d{2} \d{2}|(?!\d{2}0 \d0)[2-9]\d{2} \d{2} \d{2,3}`;

const plain = { kind: 'phone', severity: 'medium', isReserved: isFictional } as const;

/** Phone numbers: international, North American, Korean, Japanese, Chinese, and groups as they are written elsewhere. */
export const PHONES: readonly Pattern[] = [
  {
    ...plain,
    pattern: standing(
      String.raw`(?:\+|\b00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{1,4}){1,5}`,
    ),
    evidence: 'shape',
    check: (digits) => {
      const number = digits.replace(/^00/, '');
      return number.length >= 8 && number.length <= 15 && CALLING_CODE.test(number);
    },
    weight: 4,
  },
  {
    ...plain,
    pattern: standing(
      String.raw`(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]?\d{2,3}[-. ]\d{4}(?: ?(?:x|ext\.?) ?\d{1,6})?`,
    ),
    evidence: 'shape',
    lengths: [10, 11, 12, 13, 14, 15, 16, 17],
    weight: 2,
  },
  // Groups of three and four at the end are no thousands.
  {
    ...plain,
    pattern: standing(String.raw`(?:\d{1,3} )?[2-9]\d{2} \d{3} \d{4}`),
    evidence: 'shape',
    weight: 1,
  },
  // Groups that nothing but phones are written in; neither years nor thousands.
  {
    ...plain,
    pattern: new RegExp(
      `(?<![\\w$€£¥.,/-]|\\d )(?:${LONE_GROUPS})(?![\\w%]|[-.,/]\\d| [\\dA-ZÀ-Þ]|[\\u3400-\\u9fff\\u3041-\\u30fa])`,
      'y',
    ),
    evidence: 'shape',
    weight: 0.5,
  },
  // Alone on its line beside other ways to reach somebody, as on a card.
  {
    ...plain,
    pattern: /(?<=^|\n)\(?\d{1,5}\)?(?:[ ./-]\(?\d{1,5}\)?){1,4}(?=\r?\n|$)/y,
    evidence: 'context',
    context: /e-?mail|web ?site|address|https?:|www\.|@|fax/i,
    lengths: [7, 8, 9, 10, 11, 12, 13],
    weight: 0.5,
  },
  {
    ...plain,
    pattern: standing(String.raw`01[016789][-. ]?\d{3,4}[-. ]?\d{4}`),
    evidence: 'language',
    script: 'hangul',
    context: PHONE,
    weight: 3,
  },
  {
    ...plain,
    pattern: standing(
      String.raw`01[016789]([-. ])\d{3,4}\1\d{4}|0(?:2|[3-6][1-5]|70|80|50\d)[-. )]{1,2}\d{3,4}[-. ]\d{4}`,
    ),
    evidence: 'shape',
    lengths: [9, 10, 11, 12],
    weight: 2,
  },
  {
    ...plain,
    pattern: standing(String.raw`0[5-9]0[- ]?\d{4}[- ]?\d{4}|0\d{1,4}[-(]\d{1,4}[-)]\d{4}`),
    evidence: 'language',
    script: 'kana',
    context: PHONE,
    lengths: [10, 11],
    weight: 3,
  },
  {
    ...plain,
    pattern: standing(String.raw`0[5-9]0-\d{4}-\d{4}`),
    evidence: 'shape',
    weight: 2,
  },
  {
    ...plain,
    pattern: standing(String.raw`(?:86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}|1[3-9]\d-\d{3}-\d{5}`),
    evidence: 'language',
    script: 'han',
    context: PHONE,
    weight: 3,
  },
  {
    ...plain,
    pattern: standing(
      String.raw`0\d{2,3}[- ]\d{7,8}|\(0\d{2,3}\) ?\d{7,8}|09\d{2}-?\d{3}-?\d{3}|400-?\d{3}-?\d{4}`,
    ),
    evidence: 'language',
    script: 'han',
    context: PHONE,
    weight: 3,
  },
  // As written in much of Europe and elsewhere: groups that begin with 0, or a code in brackets.
  {
    ...plain,
    pattern: standing(
      String.raw`(?!\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)\d{2}(?!\d))\(?0\d{1,4}\)?(?:[ .-]|/ ?| \()\d{2,4}\)?(?:[ .-]\d{2,4}){1,4}|0\d(?:[ .-]\d{2}){4}`,
    ),
    evidence: 'shape',
    lengths: [8, 9, 10, 11, 12],
    weight: 1,
  },
  {
    ...plain,
    pattern: standing(String.raw`\((?!(?:1[89]|20)\d\d\))\d{2,4}\) ?\d{3,5}[ -]\d{3,4}`),
    evidence: 'shape',
    weight: 1,
  },
  // Anything that is told to be one.
  {
    ...plain,
    pattern: standing(
      String.raw`\(?\d{1,5}\)?(?:[ ./-]\(?\d{1,5}\)?){1,5}(?: ?(?:x|ext\.?) ?\d{1,6})?|(?<![-+$€£¥₩#])\d{7,15}(?:x\d{1,6})?`,
    ),
    evidence: 'context',
    context: PHONE,
    check: (digits) =>
      digits.length >= 7 && digits.length <= 15 && !/^(?:19|20)\d{2}[01]\d[0-3]\d/.test(digits),
    weight: 0,
  },
];
