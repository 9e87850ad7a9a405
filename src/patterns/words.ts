/**
 * Words that carry a sentence but not what it is about: articles, pronouns, particles, politeness. Two prompts that
 * differ in these alone are the same question.
 */
const LIGHT = [
  // English
  'a an the this that these those my your our his her its their me you us i we it he she they is are was were be am',
  'do does did can could would should will shall may might have has had of to for in on at by with from and or but',
  'if so as about into please kindly just also then now very hi hello hey thanks thank how what which who when where',
  'why there here some any not no yes want need like give tell help let',
  // Korean: particles, endings and politeness, after `splitHangul`
  '은 는 이 가 을 를 에 에서 에게 의 로 으로 와 과 도 만 부터 까지 하고 이나 나 님 씨 좀 제발 혹시 그리고 저 제 저는 제가 이것 그',
  '주세요 해주세요 알려주세요 부탁드립니다 부탁해요 있나요 있습니까 되나요 됩니까 하나요 합니까 인가요 입니까 입니다 이에요 예요 해요 할까요 가능한가요 알려줘 해줘',
  // Japanese: what is written in hiragana is light by itself; these are not
  '下さい 致します 私 御 教えて 何 願い',
  // Chinese
  '的 了 吗 呢 吧 啊 请 请问 我 你 您 我们 你们 是 在 有 和 与 把 被 给 帮 帮我 一下 这 那 这个 那个 什么 怎么 如何 怎样 为什么 可以 能 要 想 就 也 都 很',
  // Titles
  'mr mrs ms dr 고객 회원 선생 様 氏 君 先生 女士 小姐 老师 经理',
].flatMap((line) => line.split(' '));

const LIGHT_WORDS: ReadonlySet<string> = new Set(LIGHT);
const HIRAGANA = /^[\p{Script=Hiragana}ー]{1,6}$/u;

/** Whether a (lower-case) word says little of what a prompt is about. */
export function isLight(word: string): boolean {
  return LIGHT_WORDS.has(word) || HIRAGANA.test(word);
}

/** Longest first, so that 에서 is not taken for 서. */
const ENDINGS = [
  '해주세요 알려주세요 부탁드립니다 이라고 에서는 으로는 입니다 이에요 에서 에게 으로 까지 부터 하고 예요 이나',
  '은 는 이 가 을 를 에 의 로 와 과 도 만',
]
  .flatMap((line) => line.split(' '))
  .toSorted((a, b) => b.length - a.length);

const HANGUL = /^\p{Script=Hangul}{2,}$/u;

/** A Korean word and the particle or ending behind it: `주문은` → `주문`, `은`. Every word splits the same way always. */
export function splitHangul(word: string): string[] {
  if (!HANGUL.test(word)) return [word];
  const ending = ENDINGS.find((end) => word.length > end.length + 1 && word.endsWith(end));
  return ending === undefined ? [word] : [word.slice(0, -ending.length), ending];
}

const KOREAN_NAME =
  /^[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류진지엄채원천방공현함변염]\p{Script=Hangul}{1,3}$/u;
const KOREAN_TITLE = /^(?:님|씨|고객|회원|선생|대리|과장|팀장|부장)(?:님)?$/u;
/** `고객님` is a customer, not somebody of that name. */
const KOREAN_CALLED =
  /^(?!고객|회원|선생|사장|부모|담당)(\p{Script=Hangul}{2,4})(님|씨)(\p{Script=Hangul}*)$/u;
const JAPANESE_TITLE = /^(?:さん|様|さま|くん|君|ちゃん|氏)$/u;
const JAPANESE_NAME = /^[\p{Script=Han}\p{Script=Katakana}ー]{1,4}$/u;
const NOBODY = /^(?:客|皆|神|王|奥|お客|誰)$/u;
const CHINESE_TITLE = /^(?:先生|女士|小姐|老师|经理)$/u;
const CHINESE_NAME =
  /^[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛段雷侯龙史陶黎贺顾毛]\p{Script=Han}{0,2}$/u;

/** A name with the title and particle that stick to it, as Korean writes it; null for anything else. */
export function calledName(word: string): { title: string; rest: string } | null {
  const [, , title, rest] = KOREAN_CALLED.exec(word) ?? [];
  return title === undefined ? null : { title, rest: rest ?? '' };
}

/** Whether `word` is somebody's name before this title. `word` may be several pieces of a segmentation, joined. */
export function isNameBefore(word: string, title: string): boolean {
  if (KOREAN_TITLE.test(title)) return KOREAN_NAME.test(word);
  if (JAPANESE_TITLE.test(title)) return JAPANESE_NAME.test(word) && !NOBODY.test(word);
  return CHINESE_TITLE.test(title) && CHINESE_NAME.test(word);
}
