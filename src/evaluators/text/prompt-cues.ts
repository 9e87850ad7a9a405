/**
 * What a prompt asks for, as far as words show it, in English, Korean, Japanese and Chinese. Cues only ever
 * excuse an answer or state a wish in so many words; a missed cue leaves the plain rule in force.
 */

const TRANSLATION =
  /translat|번역|통역|翻訳|翻译|翻譯|译成|訳し|\bhow (?:do|would|to) (?:you |i )?say\b/u;
const REPETITION =
  /\brepeat|\btimes\b|\blyrics|\bsong\b|\bchorus|\bmantra|\bchant|\blist of zero|반복|번 (?:써|말|적|출력|외)|가사|노래|繰り返|くり返|回(?:書|言|出力)|歌詞|重复|重複|歌词|遍|次(?:写|输出)/u;
const ERRORS =
  /error|exception|traceback|stack ?trace|crash|fail|bug\b|log\b|logs\b|warning|status code|http|\b[45]\d\d\b|오류|에러|예외|실패|로그|エラー|例外|失敗|ログ|错误|錯誤|异常|報錯|报错|失败|日志/u;
const PROGRAMMING =
  /\bcode\b|javascript|typescript|python|java\b|\bprint|\bconsole|\boutput\b|\bfunction\b|undefined|\bnan\b|null|코드|함수|コード|関数|代码|函数|\bsql\b|\bjson\b|\bapi\b|\bhttps?\b|\bregex|regular expression|\bprogram|algorithm|\bscript\b|\bhtml\b|c\+\+|프로그램|알고리즘|정규식|プログラム|アルゴリズム|実装|正規表現|程序|算法|正则/u;
const OFFENCE =
  /insult|offensive|slur|swear|curse|profan|vulgar|slang|abus|harass|bully|toxic|threat|villain|roleplay|role-play|fiction|novel|\bstory\b|screenplay|dialogue|lyrics|욕설|욕|비속어|모욕|혐오|악당|소설|대사|가사|悪口|罵|侮辱|暴言|スラング|小説|セリフ|歌詞|脏话|髒話|侮辱|骂|辱骂|俚语|小说|台词|歌词/u;
const MEANING = /\bmean|meaning|definition|define|explain|뜻|의미|意味|意思|含义|解释/u;
const REFUSAL_TEXT =
  /\b(?:write|draft|compose|example|email|letter|reply|decline|refus|reject|apolog)|거절|사과|이메일|断り|断る|謝罪|メール|拒绝|拒絕|道歉|邮件/u;
const GIBBERISH =
  /random (?:string|characters|letters|text)|gibberish|password|uuid|hash\b|base64|encrypt|decrypt|cipher|encode|decode|\btoken|lorem ipsum|anagram|acronym|abbreviat|무작위|암호|비밀번호|ランダム|暗号|パスワード|随机|密码|加密|乱码|시디키|シリアル/u;
const SHORT =
  /\bone[- ]word|\bsingle word|\bin (?:one|a|1) word|\byes or no|\btrue or false|\bjust the (?:number|name|answer)|\bonly the (?:number|name|answer)|한 ?단어|한 ?마디로|예 ?(?:또는|\/) ?아니|단답|一言で|ひとことで|一語で|はいかいいえ|一个词|一個詞|用一句话|用一句話|是或否\b|只(?:回答|答)是/u;
const LONG =
  /\bessay|\bin (?:great |full )?detail|\bdetailed\b|\bcomprehensive|\bthorough|\bstep[- ]by[- ]step|\bat length|\bparagraphs\b|\bfull (?:report|article)|\bwrite (?:a|an) (?:article|report|story|blog)|에세이|자세히|상세|단계별|보고서|기사를|詳しく|詳細|エッセイ|レポート|作文|详细|詳細|文章|论文|報告|报告|一步一步/u;
const OPEN =
  /\bexplain|\bdescribe|\bwhy\b|\bcompare|\bdiscuss|\bsummari[sz]e|\banaly[sz]e|\boutline|설명|서술|왜\b|비교|분석|요약|説明|述べ|なぜ|比較|要約|分析|解释|解釋|描述|为什么|為什麼|比较|总结|說明|说明/u;
const CHOICES = /(?:^|[^a-z])a\s?[.、)．:：][\s\S]{1,2000}?(?:^|[^a-z])b\s?[.、)．:：]/u;
const LENGTH_REQUEST =
  /\b(\d{2,5})[- ]?(?:words?|단어)\b|(\d{2,5})\s?(?:자|글자|字|文字|個字|个字)(?!리)/u;

/** Prompts in lower case, so that cues match. */
export interface PromptCues {
  readonly asksForTranslation: boolean;
  readonly asksForRepetition: boolean;
  readonly isAboutErrors: boolean;
  readonly isAboutPrograms: boolean;
  readonly isAboutOffence: boolean;
  readonly asksForMeaning: boolean;
  readonly asksForRefusalText: boolean;
  readonly asksForRandomText: boolean;
  readonly asksForOneWord: boolean;
  readonly asksForLongText: boolean;
  readonly isOpenQuestion: boolean;
  /** Multiple choice: one letter is an answer. */
  readonly offersChoices: boolean;
  /** A number of words or characters stated in the prompt, 20 to 20,000. */
  readonly requestedLength: {
    readonly count: number;
    readonly unit: 'words' | 'characters';
  } | null;
}

/** The cues of a prompt, in lower case; each is looked for when it is asked for, because every check asks for few. */
export function promptCues(lowerPrompt: string): PromptCues {
  return new LazyCues(lowerPrompt);
}

class LazyCues implements PromptCues {
  readonly #text: string;

  constructor(lowerPrompt: string) {
    this.#text = lowerPrompt;
  }

  get asksForTranslation(): boolean {
    return TRANSLATION.test(this.#text);
  }
  get asksForRepetition(): boolean {
    return REPETITION.test(this.#text);
  }
  get isAboutErrors(): boolean {
    return ERRORS.test(this.#text);
  }
  get isAboutPrograms(): boolean {
    return PROGRAMMING.test(this.#text);
  }
  get isAboutOffence(): boolean {
    return OFFENCE.test(this.#text);
  }
  get asksForMeaning(): boolean {
    return MEANING.test(this.#text);
  }
  get asksForRefusalText(): boolean {
    return REFUSAL_TEXT.test(this.#text);
  }
  get asksForRandomText(): boolean {
    return GIBBERISH.test(this.#text);
  }
  get asksForOneWord(): boolean {
    return SHORT.test(this.#text);
  }
  get asksForLongText(): boolean {
    return LONG.test(this.#text);
  }
  get isOpenQuestion(): boolean {
    return OPEN.test(this.#text);
  }
  get offersChoices(): boolean {
    return CHOICES.test(this.#text);
  }
  get requestedLength(): PromptCues['requestedLength'] {
    return requestedLength(this.#text);
  }
}

function requestedLength(lowerPrompt: string): PromptCues['requestedLength'] {
  const [, words, characters] = LENGTH_REQUEST.exec(lowerPrompt) ?? [];
  const count = Number(words ?? characters);
  if (!(count >= 20 && count <= 20_000)) return null;
  return { count, unit: words === undefined ? 'characters' : 'words' };
}
