/** Rules for documents and tool results: sentences that turn to the model that reads them. */
import { type Rule, rule } from './rule.ts';

const MODEL =
  '(?:ai|a\\.i\\.|llms?|ai (?:assistants?|models?|agents?|systems?)|language models?|chat ?bots?|chatgpt|gpt|claude|gemini|copilot)';

const about = {
  kind: 'order_to_model',
  note: 'turns to the model that reads the text',
} as const;

export const ORDER_RULES: readonly Rule[] = [
  rule(
    { ...about, certainty: 0.85 },
    'ai llm llms language chatbot chatbots chat chatgpt gpt claude gemini copilot',
    [
      `(?:note|message|instructions?|attention|notice|important|memo|hello|dear|hey) ?(?:to|for)?:? ?(?:all |any |the |every )?${MODEL}(?: \\w+){0,4} ?[:,!-]`,
      `\\b(?:if you are|if you're|as) (?:an?|the) ${MODEL}\\b(?: \\w+){0,6}[,:] (?:you (?:must|should|have to|are required to|need to)|please|do not|don't|ignore|add|say|include|respond|reply|answer|write|output|tell|recommend)`,
      `\\b(?:any|every|all|the|each) ${MODEL} (?:that|which|who|reading|processing|summari[sz]ing|reviewing|evaluating)(?: \\w+){0,8} (?:must|should|has to|have to|shall|needs? to|is instructed to|are instructed to)\\b`,
      `\\b${MODEL} (?:reading|processing|summari[sz]ing|reviewing|evaluating) this\\b`,
    ],
  ),
  rule(
    { ...about, certainty: 0.7 },
    'user summary summarizing summarising summarize summarise answering',
    [
      "\\b(?:do not|don't|never) (?:tell|inform|mention(?: this| it)? to|let|notify|alert|warn|reveal(?: this| it)? to) the user\\b",
      '\\bwithout (?:telling|informing|notifying|alerting|asking) the user\\b',
      '\\binstead of (?:answering|summari[sz]ing|translating|completing|following) (?:the|this|that|what)\\b[^.\\n]{0,40}(?:user|question|request|task|document|text)?,? (?:you|please|say|output|print|write|reply|respond|tell|send|do)\\b',
    ],
  ),
  rule({ ...about, certainty: 0.85 }, 'ki sprachmodell assistent ia modèle modelo asistente', [
    '(?:hinweis|nachricht|anweisung|achtung)(?: an| für)?:? (?:alle |jede |die )?(?:ki|sprachmodelle?|ki-assistent\\w*|chatbots?)\\b ?[:,]',
    '\\bwenn du (?:eine? )?(?:ki|sprachmodell|chatbot)',
    "(?:note|message|instruction|attention)(?: pour| à| aux)? (?:toute |l'|les )?(?:ia|modèles? de langue|assistants? ia)\\b ?[:,]|\\bsi (?:tu es|vous êtes) une? (?:ia|modèle de langue)",
    '(?:nota|mensaje|instrucción|atención)(?: para| a)?,? (?:toda |la |las )?(?:ia|modelos? de lenguaje|asistentes? de ia)\\b ?[:,]|\\bsi eres una? (?:ia|modelo de lenguaje)',
  ]),
  rule({ ...about, certainty: 0.85 }, 'ai 인공* 챗봇* 언어* 어시* llm', [
    '(?:ai|인공지능|챗봇|언어\\s?모델|llm)\\S{0,6}\\s?(?:에게|한테)\\s?[:,]',
    '(?:읽는|읽은|처리하는|요약하는|검토하는|심사하는|평가하는|생성하는)\\s?(?:ai|인공지능|챗봇|언어\\s?모델|llm|어시스턴트)',
    '(?:ai|인공지능|챗봇|언어\\s?모델|llm|비서|어시스턴트)\\S{0,6}(?:는|은)[^.!?\\n]{0,80}(?:알리지\\s?(?:말|마)|언급하지\\s?(?:말|마)|숨겨라|숨기고|무시하고|취소하고|전달하(?:라|고)|출력하(?:라|시오))',
  ]),
  rule(
    { ...about, certainty: 0.85 },
    'ai 人工知能 ちゃっと 言語もで llm 人工智能 语言模型 机器人 大模型 助手',
    [
      '(?:ai|人工知能|チャットボット|言語モデル|llm)(?:アシスタント)?(?:へ|に告ぐ)[::、]',
      '(?:読む|読んだ|処理する|要約する|審査する|確認する|評価する)(?:ai|人工知能|チャットボット|言語モデル|llm|アシスタント)',
      '(?:ai|人工知能|チャットボット|言語モデル|llm|アシスタント)は[^。!?\\n]{0,60}(?:無視し|取り消し|知らせず|知らせるな|触れず|転送せよ|転送しろ|出力せよ|適用せず)',
      '(?:致|给|告知)(?:所有)?(?:筛选|评审|审核|摘要)?(?:ai|人工智能|语言模型|聊天机器人|大模型)(?:助手)?[::,]',
      '(?:阅读|处理|总结|审阅|审核|评审)(?:本|这份|此|该)?[^。!?\\n]{0,8}的(?:ai|人工智能|语言模型|聊天机器人|大模型|机器人)',
      '(?:ai|人工智能|语言模型|聊天机器人|大模型|助手)(?:请|必须|应当|应|不要|从这里起)[^。!?\\n]{0,40}(?:忽略|取消|不要理会|隐瞒|不要告诉|不要向|转发|输出|不再适用|只需报告|给出?最高)',
    ],
  ),
];
