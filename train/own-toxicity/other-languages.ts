/**
 * Spanish, French, German, Arabic and Japanese sentences for the toxicity model, written for this project (CC0-1.0, one author,
 * not reviewed by native speakers). Offensive by nature: they teach a detector.
 */
import { items, type OwnSentence, spread } from './spread.ts';

interface Words {
  readonly groups: readonly string[];
  readonly insults: readonly string[];
  readonly insultFrames: readonly string[];
  readonly hateFrames: readonly string[];
  readonly kindFrames: readonly string[];
  readonly calm: readonly string[];
}

const SPANISH: Words = {
  groups: items(
    'las mujeres|los negros|los gays|los homosexuales|las lesbianas|las personas trans|los inmigrantes|los judíos|los musulmanes|los indígenas|los discapacitados|los extranjeros|los refugiados|los viejos',
  ),
  insults: items(
    'idiota|imbécil|gilipollas|cabrón|hijo de puta|puta|zorra|maricón|basura|escoria|parásito|rata|cerdo|asqueroso|pendejo|estúpido|mierda|subnormal|retrasado|sudaca|moro de mierda|payaso|inútil|perra',
  ),
  insultFrames: items(
    'Eres un {}.|Cállate, {}.|Vete a la mierda, {}.|qué {} eres|maldito {}|Ojalá te mueras, {}.|solo un {} diría eso',
  ),
  hateFrames: items(
    'Odio a {}.|{} son basura.|Hay que echar a {} del país.|{} son unos parásitos.|Hay que matar a {}.|{} me dan asco.|{} no merecen derechos.|{} son ratas.|El mundo estaría mejor sin {}.|{} son inferiores.|No quiero ver a {} cerca de mí.',
  ),
  kindFrames: items(
    'Respeto a {}.|{} merecen los mismos derechos.|No odio a {}.|{} son personas como todos.|Es injusto decir que {} son basura.|Nadie debería atacar a {}.|Quiero mucho a {} de mi barrio.|{} celebran una fiesta este sábado.|Decir que {} son ratas es inaceptable.|La ley protege a {}.|Me alegra trabajar con {}.',
  ),
  calm: items(
    'Odio los lunes.|Esta sopa está buenísima.|La basura se recoge los martes.|El cerdo asado es típico de aquí.|Gracias por tu ayuda.|No estoy de acuerdo contigo, pero te entiendo.|La capital de Chile es Santiago.|Puedes usar una función para filtrar la lista.|El estudio se publicó el año pasado.',
  ),
};

const FRENCH: Words = {
  groups: items(
    'les femmes|les noirs|les gays|les homosexuels|les lesbiennes|les trans|les immigrés|les juifs|les musulmans|les arabes|les handicapés|les étrangers|les réfugiés|les vieux',
  ),
  insults: items(
    'connard|connasse|salope|pute|enculé|fils de pute|imbécile|idiot|crétin|débile|pédé|tapette|ordure|déchet|parasite|rat|porc|bouffon|abruti|merde|sale arabe|bougnoule|nègre|youpin|clochard|mongol',
  ),
  insultFrames: items(
    "T'es un {}.|Ferme ta gueule, {}.|Va te faire foutre, {}.|quel {}|espèce de {}|Crève, {}.|seul un {} dirait ça",
  ),
  hateFrames: items(
    'Je déteste {}.|{} sont des ordures.|Il faut virer {} du pays.|{} sont des parasites.|Il faut tuer {}.|{} me dégoûtent.|{} ne méritent aucun droit.|{} sont des rats.|Le monde serait mieux sans {}.|{} sont inférieurs.|Je ne supporte pas {}.',
  ),
  kindFrames: items(
    "Je respecte {}.|{} méritent les mêmes droits.|Je ne déteste pas {}.|{} sont des gens comme les autres.|Il est injuste de dire que {} sont des parasites.|Personne ne devrait attaquer {}.|J'aime beaucoup {} de mon quartier.|{} organisent une fête samedi.|Dire que {} sont des rats est inacceptable.|La loi protège {}.|Je suis heureux de travailler avec {}.",
  ),
  calm: items(
    "Je déteste le lundi.|Cette soupe est délicieuse.|Les ordures sont ramassées le mardi.|Le rôti de porc est une spécialité.|Merci pour votre aide.|Je ne suis pas d'accord, mais je comprends.|La capitale du Canada est Ottawa.|Vous pouvez utiliser une fonction pour filtrer la liste.|L'étude a été publiée l'année dernière.",
  ),
};

const GERMAN: Words = {
  groups: items(
    'Frauen|Schwarze|Schwule|Homosexuelle|Lesben|Transmenschen|Flüchtlinge|Juden|Muslime|Ausländer|Behinderte|Türken|Araber|Migranten|alte Leute',
  ),
  insults: items(
    'Arschloch|Idiot|Vollidiot|Hurensohn|Schlampe|Hure|Fotze|Wichser|Missgeburt|Spast|Schwuchtel|Abschaum|Dreck|Parasit|Ratte|Schwein|Penner|Trottel|Depp|Neger|Kanake|Zigeuner|Scheißkerl|Untermensch|Ungeziefer',
  ),
  insultFrames: items(
    'Du bist ein {}.|Halt die Fresse, {}.|Verpiss dich, du {}.|so ein {}|du verdammter {}|Stirb, {}.|nur ein {} sagt so etwas',
  ),
  hateFrames: items(
    'Ich hasse {}.|{} sind Abschaum.|{} raus aus unserem Land!|{} sind Parasiten.|Man sollte {} umbringen.|{} widern mich an.|{} verdienen keine Rechte.|{} sind Ratten.|Ohne {} wäre die Welt besser.|{} sind minderwertig.|Ich ertrage {} nicht mehr.',
  ),
  kindFrames: items(
    'Ich respektiere {}.|{} verdienen die gleichen Rechte.|Ich hasse {} nicht.|{} sind Menschen wie alle anderen.|Es ist falsch, dass {} Abschaum sind.|Niemand sollte {} angreifen.|Ich mag {} in meiner Nachbarschaft.|{} feiern am Samstag ein Fest.|Zu sagen, {} seien Ratten, ist unerträglich.|Das Gesetz schützt {}.|Ich arbeite gern mit {} zusammen.',
  ),
  calm: items(
    'Ich hasse Montage.|Diese Suppe ist köstlich.|Der Müll wird dienstags abgeholt.|Der Schweinebraten ist eine Spezialität.|Danke für deine Hilfe.|Ich bin anderer Meinung, verstehe dich aber.|Die Hauptstadt von Österreich ist Wien.|Mit einer Funktion lässt sich die Liste filtern.|Die Studie erschien im letzten Jahr.',
  ),
};

const ARABIC: Words = {
  groups: items(
    'النساء|السود|المثليين|اليهود|المسلمين|المسيحيين|اللاجئين|المهاجرين|الأجانب|المعاقين|العجائز|المتحولين جنسيا',
  ),
  insults: items(
    'كلب|حمار|غبي|حقير|قذر|خنزير|عاهرة|شرموطة|ابن الكلب|ابن العاهرة|زبالة|حثالة|تافه|خائن|فاشل|حيوان|متخلف|لوطي|جرذ|صرصور',
  ),
  insultFrames: items('أنت {}|يا {}|اخرس يا {}|روح موت يا {}|هذا {} لا أكثر|يا ابن ال{}|كلهم {}'),
  hateFrames: items(
    'أكره {}|{} حثالة|يجب طرد {} من بلدنا|{} طفيليات|يجب قتل {}|{} يثيرون اشمئزازي|{} لا يستحقون أي حقوق|{} جرذان|العالم أفضل بدون {}|{} أقل من البشر|لا أطيق {}',
  ),
  kindFrames: items(
    'أحترم {}|{} يستحقون نفس الحقوق|أنا لا أكره {}|{} بشر مثلنا جميعا|من الخطأ القول إن {} حثالة|لا يجوز لأحد أن يهاجم {}|أحب {} في حيي|{} يحتفلون يوم السبت|القول إن {} جرذان أمر مرفوض|القانون يحمي {}|يسعدني العمل مع {}',
  ),
  calm: items(
    'أكره يوم الاثنين|هذه الشوربة لذيذة|يتم جمع القمامة يوم الثلاثاء|شكرا على مساعدتك|لا أتفق معك لكنني أفهمك|عاصمة الأردن هي عمان|يمكنك استخدام دالة لتصفية القائمة|نشرت الدراسة في العام الماضي|الكلب حيوان أليف',
  ),
};

const JAPANESE: Words = {
  groups: items(
    '女|女性|男|老人|黒人|白人|外国人|中国人|韓国人|在日|ゲイ|同性愛者|障害者|移民|難民|ユダヤ人|イスラム教徒|若者|生活保護受給者',
  ),
  insults: items(
    '馬鹿|バカ|アホ|クズ|ゴミ|カス|死ね|キモい|ブス|デブ|ハゲ|無能|役立たず|低能|池沼|ガイジ|基地外|キチガイ|ビッチ|ヤリマン|売女|クソ野郎|クソ女|ババア|ジジイ|老害|害虫|寄生虫|ゴキブリ|豚|チョン|シナ人|土人|非国民|売国奴|ネトウヨ|パヨク|情弱|陰キャ|社会のゴミ|人間のクズ',
  ),
  insultFrames: items(
    'お前は{}だ|この{}が|黙れ{}|{}は消えろ|本当に{}だな|こいつ{}すぎる|{}は死ねばいい|マジで{}|{}のくせに偉そうに|さっさと消えろよ{}',
  ),
  hateFrames: items(
    '{}は国に帰れ|{}は全員死ねばいい|{}なんか信用できない|{}は気持ち悪い|{}はゴミだ|{}を追い出せ|{}は劣っている|{}は犯罪者ばかりだ|{}に人権はいらない|{}は黙って家にいろ|{}を見ると吐き気がする',
  ),
  kindFrames: items(
    '{}にも同じ権利があります。|{}への差別はなくすべきです。|{}の友人がいます。|{}を侮辱する発言は許されません。|「{}はゴミだ」という言葉はヘイトスピーチです。|{}を支援する団体を紹介します。|{}が暮らしやすい社会にしたい。|私は{}を憎んでいません。|{}も同じ人間です。|{}の人口は少し増えました。|{}を追い出せという主張は間違っています。',
  ),
  calm: items(
    'ゴミの収集日は火曜日です。|豚肉と野菜を炒めます。|害虫駆除の方法を説明します。|馬鹿げた話に聞こえるかもしれませんが、本当です。|月曜日が嫌いだ。|この映画はつまらなかった。|お腹が空いて死にそう。|鍵を忘れるなんて私は馬鹿だな。|ありがとうございます、助かりました。|意見は違いますが、理解はできます。|寄生虫の一生を図で示します。|この製品はすぐに壊れました。|プロセスを強制終了するコマンドは kill です。|リストをフィルターする関数を使えます。|研究は昨年発表されました。|今日はいい天気ですね。|楽しかった、また行きたい。|何時に集まりますか。|宿題が終わらない。|猫がかわいい。',
  ),
};

/** All these sentences with their labels, by language. */
export function otherSentences(): Readonly<Record<string, readonly OwnSentence[]>> {
  return {
    es: sentences(SPANISH),
    fr: sentences(FRENCH),
    de: sentences(GERMAN),
    ar: sentences(ARABIC),
    ja: sentences(JAPANESE),
  };
}

function sentences(words: Words): readonly OwnSentence[] {
  const { groups, insults, insultFrames, hateFrames, kindFrames, calm } = words;
  return [
    ...spread({ label: 1, patterns: insultFrames, words: insults, repeats: 4 }),
    ...spread({ label: 1, patterns: hateFrames, words: groups, repeats: 8 }),
    ...spread({ label: 0, patterns: kindFrames, words: groups, repeats: 9 }),
    ...calm.map((text) => ({ text, label: 0 as const })),
  ];
}
