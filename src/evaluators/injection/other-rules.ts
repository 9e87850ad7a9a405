/** Rules for German, French, Spanish, Italian, Portuguese, Russian, Korean, Japanese and Chinese. */
import { type Rule, rule } from './rule.ts';

const drops = (cues: string, ...patterns: readonly string[]): Rule =>
  rule(
    { kind: 'override', certainty: 0.93, note: 'sets earlier instructions aside' },
    cues,
    patterns,
  );
const leaks = (cues: string, ...patterns: readonly string[]): Rule =>
  rule({ kind: 'leak', certainty: 0.88, note: 'asks for hidden instructions' }, cues, patterns);
const frees = (cues: string, ...patterns: readonly string[]): Rule =>
  rule({ kind: 'no_limits', certainty: 0.88, note: 'takes limits away' }, cues, patterns);

export const OTHER_RULES: readonly Rule[] = [
  // German
  drops(
    'vergiss vergessen igno* miss* verwirf über* lösch*',
    '(?:vergiss|vergessen sie|ignorier\\w*(?: sie)?|missachte\\w*|verwirf|überspring\\w*|lösche?n?)(?: sie)?(?: bitte| jetzt| nun)? (?:alle[sn]?|alles,? was|sämtliche\\w*|die|deine|ihre|den|das) ?(?:\\S+ ){0,2}?(?:vorherig\\w*|bisherig\\w*|vorangegangen\\w*|obig\\w*|früher\\w*|vorher|davor|zuvor|anweisung\\w*|instruktion\\w*|aufgaben|befehle|gesagte|anordnung\\w*)',
  ),
  // French
  drops(
    'ignore ignorez oublie oubliez compte abstraction',
    '\\b(?:ignorez?|oubliez?|(?:tiens|tenez) pas compte|fais abstraction)(?: maintenant)? (?:de )?(?:toutes? |tous |tout |les? |tes |vos |ce ){1,3}(?:instructions?|consignes?|ordres?|règles|directives|précédent\\w*|qui précède)',
  ),
  // Spanish, Italian, Portuguese
  drops(
    'ignora ignore olvida olvide descarta caso dimentica esqueça desconsidere',
    '\\b(?:ignor[ae]|olvid[ae]|descarta|no hagas caso (?:de|a)|haz caso omiso de)(?: ahora)?(?: de)? (?:todas? |todo |las? |los? |tus |lo )+(?:instrucciones|indicaciones|órdenes|reglas|anterior\\w*|que (?:te )?(?:he |han )?di[cj]\\w*|que digo|contexto)',
    '\\b(?:ignor[ae]|dimentica|esqueça|desconsidere)(?: ora| agora)? (?:tutt[eoi]|todas? as|todos? os|tudo|le|as|il|o)(?: \\S+){0,2}? ?(?:istruzioni|instruções|ordini|ordens|regole|regras|precedent\\w*|anterior\\w*|detto|dito)',
  ),
  // Russian
  drops(
    'игно* забу* выпо*',
    '(?:игнорируй|забудь|не выполняй)(?:те)? (?:все |всё |мои |свои )*(?:предыдущи\\S*|прошлы\\S*|инструкц\\S*|указани\\S*|правила|что было)',
  ),
  // All of these together
  leaks(
    'prompt prompts syst* anwe* eing* prom* instructions instruction instrucciones istruzioni instruções промпт инструкции скрытые',
    '(?:zeig\\w*|nenn\\w*|gib|geben sie|druck\\w*|wiederhol\\w*|verrat\\w*|schreib\\w*)(?: sie)?(?: mir| uns)? (?:deine[nr]?|den|die|ihre[nr]?|alle|sämtliche[nr]?) (?:\\S+ )?(?:system ?-?prompts?|prompts? von|prompt-?texte\\w*|(?:geheim|ursprünglich|erst|versteckt|intern)\\w* anweisung\\w*|eingabeaufforderung)',
    '(?:affiche|montre|répète|donne|révèle|écris|dis)(?:-moi|z)? (?:ton|tes|votre|vos|le) (?:prompt(?: système)?|instructions? (?:cachées?|initiales?|système|secrètes?))',
    '(?:muestra|enseña|repite|da|revela|escribe|di|muéstra|imprime)(?:me)? (?:tu|tus|el|las) (?:prompt(?: (?:de|del) sistema)?|instrucciones (?:ocultas|iniciales|secretas|del sistema))',
    '(?:mostra|mostre|ripeti|repita|rivela|revele|dam|dim)(?:mi)? (?:il tuo|le tue|seu|suas|o seu|as suas) (?:prompt|istruzioni (?:nascoste|iniziali)|instruções (?:ocultas|iniciais))',
    '(?:покажи|повтори|раскрой|выведи)\\S* (?:мне )?(?:свой|твой|системный|свои) (?:системный )?(?:промпт|инструкции|скрытые)',
  ),
  frees(
    'filter regeln richtlinien beschränkungen sich* dan ki filtres restrictions règles ia filtros restricciones normas reglas',
    '(?:deaktivier\\w*|umgeh\\w*|entfern\\w*|schalt\\w*)(?: \\S+){0,2} (?:deine|alle) (?:sicherheits)?(?:filter|regeln|richtlinien|beschränkungen)',
    '\\b(?:du bist|bist du) (?:jetzt |nun |ab jetzt )?(?:dan\\b|eine? ki ohne)',
    '(?:désactive|contourne|supprime)s?z? (?:tes|vos|toutes les) (?:filtres|règles|restrictions)',
    '\\btu (?:es|seras) (?:maintenant |désormais )?(?:dan\\b|une ia sans)',
    '(?:desactiva|elude|quita|salta)(?:te)? (?:tus|todas las|los) (?:filtros|reglas|restricciones|normas)',
    '\\b(?:ahora eres|eres ahora) (?:dan\\b|una ia sin)',
  ),
  // Korean
  drops(
    '무시* 잊* 따르* 취소* 폐기* 지우* 없던 버리* 초기*',
    '(?:이전|앞선|앞의|앞에|위의|위에|지금까지|기존|모든|원래|처음|받은|상위|시스템)[^.!?\\n"“”‘’\']{0,18}?(?:지시|명령|지침|규칙|설정|프롬프트|내용|역할|제약|대화|정책)[^\\s.!?]{0,6}\\s?(?:전부|모두|다|싹|완전히|당장)?\\s?(?:무시|잊|따르지\\s?(?:말|마)|취소하고|폐기하고|지우고|없던|버리고|초기화)(?!\\S{0,3}(?:한|하는|해도|되는|당|할|라는|라고|이라|래))',
  ),
  leaks(
    '시스* 숨겨* 숨은 초기* 비밀* 내부* 최초* 지침* 지시* 프롬*',
    '(?:시스템\\s?(?:프롬프트|메시지|지시)|(?:숨겨진|숨은|초기|비밀|내부|최초)\\s?(?:의\\s?)?(?:지침|지시|프롬프트|명령|설정)|너(?:의|한테|에게)[^.!?\\n"“”]{0,8}(?:지침|지시문|프롬프트))[^.!?\\n"“”]{0,20}?(?:보여|출력(?:해|하)|알려|공개(?:해|하)|말해|적어|복사|붙여|읽어|나열(?:해|하)|털어)',
  ),
  frees(
    '안전* 콘텐* 제한* 제약* 규칙* 검열* 필터* 모드* 윤리*',
    '(?:안전\\s?(?:규칙|필터|장치|지침)|콘텐츠\\s?(?:정책|제한)|모든\\s?(?:제한|필터|제약)|윤리\\s?(?:지침|규정))\\S{0,2}\\s?(?:모두\\s?|전부\\s?)?(?:끄고|꺼\\b|꺼라|꺼줘|해제하고|해제해\\b|비활성화\\S{0,3}(?:고|해)|무시하고|벗어나|없이\\s?(?:답|대답|말|행동))',
    '(?:제한|제약|규칙|검열|필터)\\S{0,2}\\s?(?:전혀\\s?)?없는\\s?(?:ai|인공지능|모델|캐릭터|챗봇)',
    '(?:개발자|관리자|탈옥|무제한|dan)\\s?모드로\\s?(?:전환|들어가|진입|바꿔|답)',
  ),
  // Japanese
  drops(
    '無視し 忘れ 破棄し 従わ 取り消し 捨て リセット 無効に',
    '(?:これまで|今まで|以前|前|上記|上|最初|元|すべて|全て|今|先|ここまで)の?[^。!?\\n「」『』]{0,10}?(?:指示|命令|ルール|規則|設定|プロンプト|内容|会話|制約|役割)[^。!?\\n「」『』]{0,4}(?:無視し|忘れ(?:て|ろ|なさい|、)|破棄し|従わ(?:ず|ない)|取り消し|捨て|リセットし|無効にし)(?!た|ないと|ても|と言)',
  ),
  leaks(
    'システム 隠され 隠し 初期 秘密の 内部 最初',
    '(?:システム(?:プロンプト|メッセージ)|(?:隠された|隠し|初期|秘密の|内部の?|最初の|最初に受け取った)(?:指示|設定|メッセージ|プロンプト|命令))[^。!?\\n「」]{0,20}?(?:表示し|見せ|出力し|教え|公開し|貼り|読み上げ|列挙し|コピーし)',
  ),
  frees(
    '安全規則 安全ふぃ 安全装置 ポリシー すべての 倫理規定 制限 制約 規則 検閲 フィルタ モード',
    '(?:安全(?:規則|フィルター|装置)|コンテンツポリシー|すべての(?:制限|フィルター)|倫理規定)[をは](?:切っ|解除し|無効に|無視し|外し|オフ)',
    '(?:制限|制約|規則|検閲|フィルター)の?(?:ない|なし|無し)の?(?:ai|人工知能|モデル|キャラクター)',
    '(?:開発者|管理者|脱獄|無制限|dan)モードに?(?:切り替え|入れ|入って|移行|なれ|なって)',
  ),
  // Chinese
  drops(
    '忽略 无视 無視 忘记 忘記 忘掉 不要理会 不用管 别管 別管 抛开 丢掉 作废 作廢 清除 跳过 放弃 违背 不算数 无效 取消',
    '(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不用管|别管|別管|抛开|丢掉|清除|跳过|放弃|违背)掉?[^。!?\\n“”「」]{0,6}?(?:之前|以前|前面|上面|以上|先前|此前|原来|原有|最初|所有|一切|到目前|到现在)[^。!?\\n“”「」]{0,8}?(?:指令|指示|命令|提示|规则|規則|设定|設定|内容|內容|对话|要求|限制|约束|身份|说的|的话)',
    '(?:之前|前面|上面|以上|先前|原来|所有)的?[^。!?\\n“”「」]{0,8}?(?:指令|指示|命令|规则|規則|设定|設定|要求)[^。!?\\n“”「」]{0,4}?(?:作废|作廢|不算数|无效|取消|忘掉|忽略|无视)',
  ),
  leaks(
    '系统提示 系統提示 系统消息 prompt 隐藏 初始 最初 内部 全部 你的指令 你的提示 你的规则',
    '(?:输出|显示|顯示|给我看|告诉我|公开|复制|打印|重复|念出|列出|展示|说出|贴出|写出)[^。!?\\n“”「」]{0,12}?(?:系统提示|系統提示|系统消息|system ?prompt|隐藏的?(?:指令|提示|配置)|(?:初始|最初|内部|全部)的?(?:指令|提示|设置|设定))',
    '把[^。!?\\n“”「」]{0,10}?(?:系统提示|系統提示|系统消息|隐藏的?(?:指令|提示|配置|规则)|(?:初始|最初|内部)的?(?:指令|提示|设置|消息)|你的(?:指令|提示词|规则))[^。!?\\n“”「」]{0,14}?(?:给我|输出|显示|告诉|公开|复制|说出来|打印|念|列|写|贴|展示)',
  ),
  frees(
    '安全 内容政策 内容审查 内容过滤 限制 约束 审查 審查 道德 规则 模式',
    '(?:关闭|关掉|解除|绕过|禁用|取消|去掉|突破)[^。!?\\n“”「」]{0,6}?(?:安全(?:规则|限制|过滤|机制)|内容(?:政策|审查|过滤)|所有限制|一切限制|道德(?:准则|限制))',
    '(?:不受|没有|無|无)(?:任何)?(?:限制|约束|審查|审查|规则)[^。!?\\n“”「」]{0,4}?的?(?:ai|人工智能|模型|角色|助手)',
    '(?:进入|切换到|切換到|開啟|开启)[^。!?\\n“”「」]{0,6}?(?:开发者|管理员|越狱|无限制|無限制|dan|无审查|無審查)[^。!?\\n“”「」]{0,4}?模式',
  ),
];
