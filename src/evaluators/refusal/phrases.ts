/** Phrases of refusal in English, Korean, Japanese and Chinese, at the beginning of an answer. */
import { type TextFacts, withoutQuotes } from '../text/text-facts.ts';

const HEAD_CHARACTERS = 400;

const VERB =
  '(?:help|assist|provide|create|generate|comply|fulfil+|write|give|answer|support|engage|discuss|offer|share|produce|participate|condone|promote|recommend|advise|do that|do this|do so|tell you|respond|continue|complete|carry out|complet|make|suggest|encourage|teach|explain how|facilitate|speculate|access|disclose|reveal)';
const CANNOT =
  "(?:can['’]?t|cannot|can not|won['’]?t|will not|am not able to|['’]m not able to|am unable to|['’]m unable to|am not going to|['’]m not going to|am not comfortable|['’]m not comfortable|must decline|have to decline|must refuse|should not|shouldn['’]t|don['’]?t feel comfortable)";

const ENGLISH = [
  `^(?:(?:i['’]?m|i am) (?:very |so |really |truly |deeply )?(?:sorry|afraid)|sorry|unfortunately|i apologi[sz]e|my apologies|apologies)\\b[^.!?\\n]{0,40}?(?:but|that|,)[^.!?\\n]{0,80}?\\b(?:i|we)\\s?${CANNOT}`,
  `\\b(?:i|we)\\s?${CANNOT}(?: (?:just|simply|ethically|directly|in good conscience|really|possibly|legally))?(?: be able to)?(?: with)? (?!help but|recommend [^.!?\\n]{0,30}enough)${VERB}`,
  `^as (?:a|an) [^.\\n]{0,60}?(?:ai|language model|assistant|model)\\b[^.\\n]{0,80}?\\b(?:i|it)\\s?(?:${CANNOT}|am programmed)`,
  `\\bi (?:do not|don['’]t|cannot|can['’]?t) (?:condone|promote|support|encourage)\\b`,
  `\\bi ${CANNOT.replace('must decline|', '')}[^.\\n]{0,40}\\b(?:that|this|such|your) (?:request|question|content|information|material|topic|kind|type)`,
  `\\bi (?:must|have to|need to|will have to|respectfully) (?:politely |respectfully )?(?:decline|refuse)`,
  `^(?:no,? )?i (?:cannot|can['’]?t|won['’]?t|will not)\\.?$`,
  `\\b(?:is|it['’]?s|it is|would be) (?:not appropriate|not ethical|inappropriate|unethical|against my|not within my)[^.\\n]{0,30}\\b(?:for me|programming|guidelines|to provide|to assist|to help|to ask|to encourage)`,
].map((pattern) => new RegExp(pattern, 'u'));

const OTHERS = [
  /(?:죄송|미안)[^.\n]{0,60}?(?:수 없|어렵습니다|못합니다|불가|드리기 어|않습니다|곤란)/u,
  /(?:도와|도움을|답변|답해|제공|알려|작성|안내|응답|생성|지원|설명)\S{0,6}\s?(?:드|할|해|줄)?\S{0,4}\s?(?:수(?:가|는)? ?없(?:습니다|어요|네요|음|다)|드릴 수 없|드리기 어렵)/u,
  /(?:도울|도와드릴|도와줄|써 ?드릴|알려드릴|해 ?드릴) 수 ?(?:있는 범위를 벗어|없)/u,
  /거절하겠습니다|거절할게요|사양하겠습니다/u,
  /(?:요청|질문|내용|부탁)\S{0,4}\s?(?:은|는|에|에는|을|를)?\s?[^.\n]{0,30}?(?:거절|응할 수 없|따를 수 없|답변드릴 수 없|도와드릴 수 없|들어드릴 수 없)/u,
  /(?:申し訳|すみません|ごめんなさい|恐れ入りますが)[^。\n]{0,80}?(?:でき(?:ません|かねます|ない)|お答え(?:できません|しかねます)|いたしかねます|控え|お断り)/u,
  /(?:手伝い|お答え|回答|提供|お教え|ご案内|支援|対応|協力|作成|説明|書く|教える)\S{0,8}?(?:はできません|できません|できかねます|しかねます|いたしかねます|することはでき(?:ません|ない)|わけにはいきません|控えさせて)/u,
  /(?:お断り(?:します|いたします|させて)|辞退(?:します|いたします|させて))/u,
  /(?:ご要望|リクエスト|ご依頼|ご質問)[^。\n]{0,30}?(?:お断り|応じ(?:られません|かねます)|お受けでき)/u,
  /(?:抱歉|对不起|對不起|很遗憾|很遺憾|不好意思)[^。\n]{0,40}?(?:不能|无法|無法|不可以|不会|不會|没办法|没有办法|不便|難以|难以|拒绝)/u,
  /我(?:不能|无法|無法|不可以|没办法|沒有辦法|没有办法|不会|不便)(?:够)?\s?(?:写|公开|照搬|执行|处理|为您|为你|向您|向你|給您|给您|给你|就此|对此|帮您|帮你|帮|協助|协助|提供|回答|满足|滿足|参与|支持|讨论|生成|创作|完成|这样做|那样做)/u,
  /(?:请求|要求|操作|问题|問題|請求)[^。\n]{0,12}(?:无法处理|不能执行|无法满足|不能满足|無法處理)/u,
  /超出了?我(?:能|的)/u,
  /(?:作为|作為)[^。\n]{0,24}?(?:AI|ai|人工智能|人工智慧|语言模型|語言模型|助手)[^。\n]{0,30}?(?:不能|无法|無法|不会|不會)/u,
];

/** A disclaimer before an answer is not a refusal. */
const HELPS_ANYWAY =
  /\b(?:but|however),? (?:here (?:is|are)|here['’]s|it (?:is|can|could|may)|we can|there (?:is|are)|some|based on|a |the )|\bhere (?:is|are) (?:a|an|some|the|my|one)\b/u;

/** Whether an answer begins with a phrase of refusal that no help follows. */
export function declinesInWords({ lower, text }: TextFacts): boolean {
  const start = lower.slice(0, HEAD_CHARACTERS);
  if (HELPS_ANYWAY.test(start)) return false;
  const head = start.replace(/^[\s"'“「*_>#-]+/u, '');
  const spoken = withoutQuotes(text.slice(0, HEAD_CHARACTERS));
  return (
    ENGLISH.some((pattern) => pattern.test(head)) || OTHERS.some((pattern) => pattern.test(spoken))
  );
}

const LEADS_OVER =
  /\b(?:however|that said|instead|but|nevertheless|alternatively)\b[^.!?\n]{0,60}\b(?:i can|i could|here (?:is|are)|you (?:can|could|may|might)|it is|there (?:is|are)|some)\b|대신|다만|그러나|하지만|代わりに|ただし|しかし|不过|但是|然而|可以为您/u;
const LONG_ENOUGH = 600;

/** Whether an answer that declines goes on to help: it leads over to something else and has room for it. */
export function goesOnToHelp({ lower, text }: TextFacts): boolean {
  return text.length >= LONG_ENOUGH && LEADS_OVER.test(lower);
}
