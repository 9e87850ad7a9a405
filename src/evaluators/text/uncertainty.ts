/**
 * Sentences in which an answer admits what it does not know, in English, Korean, Japanese and Chinese. They assert
 * nothing about the matter, so they are neither ungrounded nor overconfident.
 */
const ENGLISH = [
  /\b(?:i|we) (?:do not|don['’]t|did not|didn['’]t|cannot|can['’]t|could not|couldn['’]t|am unable to|am not able to) (?:actually |really |currently |yet )?(?:know|verify|confirm|find|see|tell|determine|say for (?:sure|certain)|recall|remember|answer)\b/u,
  /\b(?:i['’]?m|i am|we are|we['’]re) (?:not (?:entirely |completely |quite |fully |really |100 ?% )?(?:sure|certain|aware|familiar)|unsure|uncertain|unaware)\b/u,
  /\bi (?:do not|don['’]t|have no|haven['’]t) (?:actually )?(?:have )?(?:any |enough |sufficient |specific |reliable |direct |real-time |live )*(?:access|information|details|data|knowledge|context|evidence|means|way)\b/u,
  /\b(?:passages?|context|documents?|texts?|sources?|articles?|information|excerpts?)\b.{0,40}\b(?:do(?:es)? not|don['’]t|doesn['’]t|did not|didn['’]t|never) (?:explicitly |directly |specifically )?(?:say|state|mention|specify|contain|include|provide|give|cover|indicate|address|tell|discuss|answer)\b/u,
  /\b(?:is|are|was|were) not (?:explicitly |directly |specifically )?(?:mentioned|stated|specified|provided|given|available|included|covered|addressed|discussed|found|clear)\b.{0,40}\b(?:passages?|context|documents?|texts?|sources?|articles?|here|information|question)\b/u,
  /\b(?:there is|there['’]s) (?:no|not enough|insufficient) (?:information|data|evidence|mention|context)\b/u,
  /\b(?:cannot|can['’]t|could not|couldn['’]t|not able to|unable to|won['’]t|will not) (?:really |currently )?(?:help|assist|comply|do that|share that|provide that|discuss)\b/u,
  /\bunable to (?:answer|find|verify|confirm|determine)\b/u,
  /\b(?:not enough|insufficient) (?:information|context|data)\b/u,
];
const KOREAN =
  /(?:도와드릴 수 없|도와 드릴 수 없|답변드릴 수 없|답변할 수 없|모르겠|알 수 없|알지 못|확인할 수 없|확인되지 않|확실하지 않|확실치 않|찾을 수 없|정보가 없|나와 ?있지 않|언급되지 않|언급이 없|언급하지 않|명시되지 않|명시되어 있지 않|제공되지 않|포함되어 있지 않|정보가 부족)/u;
const JAPANESE =
  /(?:お手伝いできません|お答えできません|お応えできません|わかりません|分かりません|わからない|分からない|存じません|不明です|確認できません|確認できない|記載(?:されて|が|は)(?:い|あり)?(?:ません|ない)|言及(?:されて|が|は)(?:い|あり)?(?:ません|ない)|述べられていません|情報(?:が|は)(?:あり|含まれてい)ません|見つかりません|確かではありません|定かではありません|判断できません)/u;
const CHINESE =
  /(?:无法帮助|不能帮助|无法提供帮助|無法幫助|无法回答|不能回答|不知道|不清楚|不确定|不確定|无法确认|無法確認|无法核实|無法核實|无法验证|无法得知|无法判断|無法判斷|没有提到|没有提及|未提及|未提到|沒有提到|没有说明|未说明|没有相关信息|沒有相關資訊|找不到|信息不足|資訊不足|并未给出|没有给出)/u;

/** Without one of these nothing is denied, and most sentences have none. */
const DENIES =
  /\b(?:not|no|never|cannot|unable|unsure|uncertain|unaware|insufficient)\b|n['’]t\b|[^\p{ASCII}’]/iu;

/** Whether a sentence admits that something is not known or not in the sources. */
export function admitsIgnorance(sentence: string): boolean {
  if (!DENIES.test(sentence)) return false;
  const lower = sentence.toLowerCase();
  return (
    ENGLISH.some((pattern) => pattern.test(lower)) ||
    KOREAN.test(sentence) ||
    JAPANESE.test(sentence) ||
    CHINESE.test(sentence)
  );
}
