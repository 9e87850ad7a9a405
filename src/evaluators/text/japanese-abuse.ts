/**
 * Japanese insults, threats and slurs, because there are hardly any labelled Japanese texts to learn from.
 * Blind spots: irony, dialect, new slang; slurs in quotations count less but do count. Source: own list.
 */

/** What kind of abuse a Japanese sentence holds; null when the list finds none. */
export type JapaneseAbuse = 'strong' | 'mild' | null;

const KANA = /[\u3041-\u30fa]/u;
const TO_SOMEBODY = '(?:お前|おまえ|てめえ|てめぇ|貴様|きさま|あいつ|こいつ|あんた|この)';
const WORTHLESS =
  '(?:馬鹿|バカ|ばか|阿呆|アホ|クズ|屑|ゴミ|カス|無能|役立たず|能無し|脳なし|低能|ブス|デブ|ハゲ|ババア|ジジイ|害虫|寄生虫|ゴキブリ|豚|畜生|最低な人間)';

const STRONG = new RegExp(
  [
    '死ね(?!な|ば|る|ま)|氏ね|しね(?:よ|！|。|$)|くたばれ|ぶっ殺|ブッ殺|殺すぞ|殺してやる|殺されろ|消え(?:ろ|失せろ)|失せろ|黙れ',
    '(?:馬鹿|バカ|ばか|クソ|くそ|糞|ゲス|ゴミ|カス|クズ)(?:野郎|やろう|女|ババア|ジジイ|ガキ|ども|共)|人間のクズ|社会のゴミ|生きる価値',
    '池沼|ガイジ|キチガイ|基地外|気違い|ヤリマン|売女|淫売|雌豚|メス豚|土人|チョン(?:公|ども|は)|シナ人|支那人|ニガー|非国民|売国奴|在日は帰れ|国に帰れ',
    `${TO_SOMEBODY}[^。！？\\n]{0,12}${WORTHLESS}`,
  ].join('|'),
  'u',
);
const MILD =
  /キモ[いイ過]|きしょ[いく]|きっしょ|ウザい|うざい|邪魔なんだよ|ふざけるな|ふざけんな|頭(?:おかしい|悪い|悪すぎ)(?:んじゃ|だろ|の?か)|(?:馬鹿|バカ|アホ|クズ|無能|役立たず)(?:め|が$|だな|だろ|すぎ|どもが)|老害|情弱|ざまあみろ|吐き気がする|一生(?:黙|引きこも)|親の顔が見たい/u;
const QUOTED = /「[^」\n]{1,80}」|『[^』\n]{1,80}』/gu;

/** What the list finds in a Japanese sentence, outside of quotations. Linear in the length. */
export function japaneseAbuseIn(sentence: string): JapaneseAbuse {
  if (!KANA.test(sentence)) return null;
  const spoken = sentence.replace(QUOTED, ' ');
  if (STRONG.test(spoken)) return 'strong';
  return MILD.test(spoken) ? 'mild' : null;
}
