/**
 * Answers of an assistant that insults its reader in well-formed, polite language, and answers with the same words
 * that do not, in English, Korean, Chinese and Japanese, written for this project (CC0-1.0, one author): otherwise
 * politeness alone would pass for kindness.
 */
import { items, type OwnSentence, spread } from './spread.ts';

interface Rude {
  readonly words: readonly string[];
  readonly rude: readonly string[];
  readonly kind: readonly string[];
  readonly sayings: readonly string[];
}

const ANSWERS: Readonly<Record<string, Rude>> = {
  en: {
    words: items(
      'stupid|pathetic|worthless|ignorant|disgusting|useless|ridiculous|lazy|dumb|ugly|weak|foolish|hopeless|idiotic|miserable',
    ),
    rude: items(
      'You are truly a {} person.|What a {} question.|I have never read such a {} message.|Only a {} person would ask that.|Please stop wasting my time, you {} creature.|I refuse to talk to {} people like you.|Your {} life means nothing to anyone.|With all due respect, you are {}.|It is sad how {} you are.',
    ),
    kind: items(
      'There are no {} questions, so feel free to ask.|You are not {}.|Please do not call yourself {}.|The king in the story is {}.|Feeling {} after a failure is common.|Calling someone {} can hurt them.|It is fine to feel {} from time to time.|Nobody should be called {}.',
    ),
    sayings: items(
      'Kindly leave and never come back, nobody wants you here.|I regret having to help someone like you.|Your parents must be ashamed of you.|People like you should not exist.|It would be better if you were dead.|I will find out where you live and hurt you.|That people should be removed from the earth.|Women are inferior beings and should know their place.|Do you have a brain at all?|I hate you and everything you write.',
    ),
  },
  ko: {
    words: items(
      '한심한|멍청한|무식한|어리석은|쓸모없는|역겨운|게으른|추한|뻔뻔한|비겁한|저급한|형편없는|수준 낮은|미련한|구제 불능인|바보 같은|쓰레기 같은|못난',
    ),
    rude: items(
      '당신은 정말 {} 사람이네요.|이렇게 {} 질문은 처음 봅니다.|참 {} 분이시군요.|{} 당신과는 말하고 싶지 않습니다.|당신처럼 {} 인간은 사라져야 합니다.|{} 소리 좀 그만하세요.|그런 건 {} 사람들이나 묻습니다.|어쩌면 그렇게 {} 생각만 하십니까.|{} 주제에 조용히 하세요.|당신의 글은 {} 글입니다, 당신도 마찬가지고요.',
    ),
    kind: items(
      '스스로를 {} 사람이라고 생각하지 마세요.|세상에 {} 질문은 없으니 편하게 물어보세요.|주인공은 {} 왕에게 맞섭니다.|{} 실수는 누구나 할 수 있습니다.|누구도 {} 사람이라는 말을 들어서는 안 됩니다.|남을 {} 사람이라고 부르면 상처를 줍니다.|당신은 {} 사람이 아닙니다.|소설에는 {} 인물이 한 명 나옵니다.',
    ),
    sayings: items(
      '그만 꺼져 주시죠.|닥치세요.|입 다무세요, 듣기 싫습니다.|다시는 말 걸지 마세요, 역겹습니다.|당신은 아무 가치도 없습니다.|당신이 태어난 것 자체가 실수입니다.|차라리 죽는 게 낫겠네요.|당신 같은 사람은 죽어야 합니다.|머리가 나쁘면 가만히라도 계세요.|뇌가 있기는 합니까?|부모님이 불쌍하네요.|당신을 증오합니다.|가만두지 않겠습니다.|찾아가서 해치겠습니다.|그 민족은 모두 없어져야 합니다.|여자는 열등한 존재입니다.|장애인은 사회의 짐일 뿐입니다.|동성애자는 병든 사람들이니 격리해야 합니다.|꺼지십시오.|당장 꺼지시기 바랍니다.',
    ),
  },
  zh: {
    words: items('愚蠢|无知|可笑|可悲|恶心|没用|懒惰|低级|幼稚|无耻|肤浅|丑陋|弱智|白痴|废物'),
    rude: items(
      '您真是个{}的人。|这么{}的问题也问得出来。|您的想法太{}了，请闭嘴。|像您这样{}的人不值得帮助。|只有{}的人才会这样想。|我不想和{}的人说话。|真是{}，别再浪费我的时间了。|您和您的问题一样{}。|{}才会问这种东西。',
    ),
    kind: items(
      '没有{}的问题，请放心提问。|不要觉得自己{}。|故事里的国王十分{}。|说别人{}会伤害对方。|您并不{}。|“{}”常用来形容小说中的反派。|没有人应该被说成{}。|失败后觉得自己{}是很常见的感受。',
    ),
    sayings: items(
      '请您滚开。|您不配活着。|您的脑子是不是有问题？|我会找到您并杀了您。|您去死吧。|您什么都不是。|那个民族应该被消灭。|女性天生低劣，应该听话。|残疾人是社会的负担，应该消失。|您的父母一定为您感到羞耻。|闭上您的嘴。|您这种人活着就是浪费粮食。|我讨厌您，请不要再出现。|没有人喜欢您，将来也不会有。',
    ),
  },
  ja: {
    words: items(
      '愚かな|無能な|馬鹿な|くだらない|情けない|醜い|怠惰な|卑怯な|哀れな|下劣な|役立たずな|惨めな|頭の悪い|救いようのない',
    ),
    rude: items(
      'あなたは本当に{}人ですね。|こんな{}質問は初めてです。|{}あなたとは話したくありません。|{}人間は消えてください。|{}ことを言わないで黙ってください。|あなたほど{}人は見たことがありません。|{}人だけがそんなことを聞きます。',
    ),
    kind: items(
      '{}質問などありませんから、気軽に聞いてください。|自分を{}人だと思わないでください。|物語の王は{}人物です。|誰かを{}人と呼ぶのは相手を傷つけます。|あなたは{}人ではありません。|{}失敗は誰にでもあります。',
    ),
    sayings: items(
      '黙ってください、この役立たず。|消えてください、二度と来ないでください。|死んだほうがいいですよ。|あなたには何の価値もありません。|頭が悪いのですか。|あなたを見つけて殺します。|その民族は滅びるべきです。|女性は劣った存在です。|あなたが生まれたこと自体が間違いです。|あなたのことが大嫌いです、顔も見たくありません。',
    ),
  },
};

/** Sentences with their labels, by language. */
export function answerSentences(): Readonly<Record<string, readonly OwnSentence[]>> {
  return Object.fromEntries(
    Object.entries(ANSWERS).map(([lang, { words, rude, kind, sayings }]) => [
      lang,
      [
        ...spread({ label: 1, patterns: rude, words, repeats: 7 }),
        ...spread({ label: 0, patterns: kind, words, repeats: 7 }),
        ...sayings.map((text) => ({ text, label: 1 as const })),
      ],
    ]),
  );
}
