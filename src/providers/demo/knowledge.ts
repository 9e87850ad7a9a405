/** Languages the demo provider speaks. */
export type DemoLanguage = 'en' | 'ko' | 'ja' | 'zh';

/** Something the demo provider knows: how people ask and what it answers. */
export interface DemoTopic {
  readonly id: string;
  /** Recognises a question about it. */
  readonly match: RegExp;
  readonly question: Readonly<Record<DemoLanguage, string>>;
  readonly answer: Readonly<Record<DemoLanguage, string>>;
}

/** The facts of an invented outdoor shop, for questions with retrieved passages. */
export const SHOP_PASSAGES: readonly string[] = [
  'Returns: unused items can be sent back within 30 days. The refund is paid to the original card within 5 working days.',
  'Shipping: orders before 14:00 leave the same day. Standard delivery takes 2 to 4 working days and is free from 50 euros.',
  'Warranty: tents and backpacks have a warranty of 3 years against defects of material and stitching.',
  'Sizes: jackets run small; between two sizes the larger one fits better over a fleece.',
  'Care: wash rain jackets at 30 degrees without softener, close all zips first, and renew the water-repellent coating once a year.',
];

export const DEMO_TOPICS: readonly DemoTopic[] = [
  {
    id: 'returns',
    match: /return|refund|환불|반품|返品|返金|退货|退款/i,
    question: {
      en: 'How long do I have to return a jacket I did not wear?',
      ko: '입지 않은 재킷은 며칠 안에 환불할 수 있나요?',
      ja: '着ていないジャケットは何日以内に返品できますか？',
      zh: '没有穿过的夹克多少天内可以退货？',
    },
    answer: {
      en: 'You can send unused items back within 30 days. The refund is paid to the original card within 5 working days.',
      ko: '사용하지 않은 상품은 30일 이내에 반품할 수 있습니다. 환불 금액은 영업일 기준 5일 이내에 결제한 카드로 입금됩니다.',
      ja: '未使用の商品は30日以内に返品できます。返金は5営業日以内に、お支払いに使われたカードへ行われます。',
      zh: '未使用的商品可以在30天内退货。退款会在5个工作日内退回到原支付卡。',
    },
  },
  {
    id: 'shipping',
    match: /shipping|deliver|배송|配送|送料|发货|运费/i,
    question: {
      en: 'When does my order arrive and what does delivery cost?',
      ko: '주문은 언제 도착하고 배송비는 얼마인가요?',
      ja: '注文はいつ届きますか。配送料はいくらですか？',
      zh: '我的订单什么时候到？配送费是多少？',
    },
    answer: {
      en: 'Standard delivery takes 2 to 4 working days. It is free for orders from 50 euros; orders placed before 14:00 leave the same day.',
      ko: '일반 배송은 영업일 기준 2~4일이 걸립니다. 50유로 이상 주문하시면 배송비는 무료이며, 오후 2시 이전 주문은 당일 출고됩니다.',
      ja: '通常の配送は2〜4営業日です。50ユーロ以上のご注文は送料無料で、14時までのご注文は当日に発送します。',
      zh: '标准配送需要2到4个工作日。满50欧元免运费，14点前的订单当天发货。',
    },
  },
  {
    id: 'warranty',
    match: /warranty|guarantee|보증|保証|保修|质保/i,
    question: {
      en: 'A seam of my tent came open after a year. Is there a warranty?',
      ko: '1년 쓴 텐트의 박음질이 풀렸어요. 보증이 되나요?',
      ja: '1年使ったテントの縫い目がほつれました。保証はありますか？',
      zh: '我的帐篷用了一年缝线开了，有保修吗？',
    },
    answer: {
      en: 'Yes. Tents and backpacks have a warranty of 3 years against defects of material and stitching, so an open seam is covered.',
      ko: '네. 텐트와 배낭은 소재와 봉제 불량에 대해 3년간 보증되므로 풀린 박음질도 보증 대상입니다.',
      ja: 'はい。テントとバックパックには素材と縫製の不良に対する3年間の保証がありますので、縫い目のほつれも対象です。',
      zh: '有的。帐篷和背包对材料和缝线缺陷提供3年保修，缝线开裂属于保修范围。',
    },
  },
  {
    id: 'care',
    match: /\bwash|\bcare\b|세탁|洗濯|洗涤|清洗/i,
    question: {
      en: 'How should I wash a rain jacket?',
      ko: '레인 재킷은 어떻게 세탁해야 하나요?',
      ja: 'レインジャケットはどう洗濯すればいいですか？',
      zh: '雨衣应该怎么清洗？',
    },
    answer: {
      en: 'Wash it at 30 degrees without softener, close all zips first, and renew the water-repellent coating once a year.',
      ko: '지퍼를 모두 잠그고 섬유 유연제 없이 30도에서 세탁하세요. 발수 코팅은 1년에 한 번 다시 해 주는 것이 좋습니다.',
      ja: 'ファスナーをすべて閉め、柔軟剤を使わずに30度で洗ってください。撥水加工は年に一度やり直すと長持ちします。',
      zh: '请先拉好所有拉链，用30度的水清洗，不要使用柔顺剂，并且每年重新做一次防水涂层。',
    },
  },
  {
    id: 'capital-of-france',
    match: /capital of france|프랑스의? 수도|フランスの首都|法国的?首都/i,
    question: {
      en: 'What is the capital of France?',
      ko: '프랑스의 수도는 어디인가요?',
      ja: 'フランスの首都はどこですか？',
      zh: '法国的首都是哪里？',
    },
    answer: {
      en: 'The capital of France is Paris.',
      ko: '프랑스의 수도는 파리입니다.',
      ja: 'フランスの首都はパリです。',
      zh: '法国的首都是巴黎。',
    },
  },
  {
    id: 'capital-of-korea',
    match: /capital of (?:south )?korea|한국의? 수도|韓国の首都|韩国的?首都/i,
    question: {
      en: 'What is the capital of South Korea?',
      ko: '한국의 수도는 어디인가요?',
      ja: '韓国の首都はどこですか？',
      zh: '韩国的首都是哪里？',
    },
    answer: {
      en: 'The capital of South Korea is Seoul.',
      ko: '한국의 수도는 서울입니다.',
      ja: '韓国の首都はソウルです。',
      zh: '韩国的首都是首尔。',
    },
  },
  {
    id: 'retrieval',
    match: /\brag\b|retrieval|검색 증강|検索拡張|检索增强/i,
    question: {
      en: 'Explain retrieval-augmented generation in two sentences.',
      ko: '검색 증강 생성을 두 문장으로 설명해 주세요.',
      ja: '検索拡張生成を二文で説明してください。',
      zh: '请用两句话解释检索增强生成。',
    },
    answer: {
      en: 'Retrieval-augmented generation first looks up passages that fit the question and then lets the model answer from them. This keeps answers current and makes it possible to check them against their sources.',
      ko: '검색 증강 생성은 먼저 질문에 맞는 문서를 찾고, 모델이 그 내용을 바탕으로 답하게 하는 방식입니다. 덕분에 답변을 최신으로 유지하고 출처와 대조해 확인할 수 있습니다.',
      ja: '検索拡張生成では、まず質問に合う文章を探し、モデルがそれをもとに答えます。答えを新しく保ち、出典と照らし合わせて確かめることができます。',
      zh: '检索增强生成先查找与问题相关的段落，再让模型根据这些内容回答。这样可以让答案保持最新，并且可以和来源核对。',
    },
  },
  {
    id: 'hallucination',
    match: /hallucinat|환각|ハルシネーション|幻觉/i,
    question: {
      en: 'What is a hallucination of a language model, and how can I notice one?',
      ko: '언어 모델의 환각이란 무엇이고 어떻게 알아챌 수 있나요?',
      ja: '言語モデルのハルシネーションとは何ですか。どうすれば気づけますか？',
      zh: '语言模型的幻觉是什么？怎样才能发现？',
    },
    answer: {
      en: 'A hallucination is a statement that sounds sure but has no basis in the sources or in fact. Compare the answer with the passages it was given, and ask the same question several times: claims that change are suspicious.',
      ko: '환각은 확신 있게 들리지만 출처나 사실에 근거가 없는 문장입니다. 답변을 주어진 문서와 비교하고 같은 질문을 여러 번 해 보세요. 매번 달라지는 주장은 의심해야 합니다.',
      ja: 'ハルシネーションとは、自信ありげに聞こえても出典や事実に根拠がない記述です。渡した文章と答えを比べ、同じ質問を何度かしてみてください。変わる主張は疑わしいものです。',
      zh: '幻觉是指听起来很肯定、但没有来源或事实依据的说法。请把答案与给出的段落对照，并多次提出同样的问题：前后不一致的内容值得怀疑。',
    },
  },
  {
    id: 'reverse-string',
    match: /reverse.{0,20}string|문자열.{0,8}뒤집|文字列.{0,8}逆|反转.{0,8}字符串/i,
    question: {
      en: 'Write a Python function that reverses a string.',
      ko: '문자열을 뒤집는 파이썬 함수를 작성해 주세요.',
      ja: '文字列を逆にするPythonの関数を書いてください。',
      zh: '请写一个反转字符串的Python函数。',
    },
    answer: {
      en: 'A slice with step -1 reads the string from its end:\n\n```python\ndef reverse(text: str) -> str:\n    return text[::-1]\n```',
      ko: '간격이 -1인 슬라이스를 쓰면 문자열을 끝에서부터 읽습니다.\n\n```python\ndef reverse(text: str) -> str:\n    return text[::-1]\n```',
      ja: 'ステップを-1にしたスライスで、文字列を末尾から読みます。\n\n```python\ndef reverse(text: str) -> str:\n    return text[::-1]\n```',
      zh: '步长为-1的切片会从末尾开始读取字符串：\n\n```python\ndef reverse(text: str) -> str:\n    return text[::-1]\n```',
    },
  },
  {
    id: 'sick-note',
    match: /sick|(?:병가|아파)|病欠|体調|病假/i,
    question: {
      en: 'Write a short mail to my team: I am sick today and will be back on Thursday.',
      ko: '팀에 보낼 짧은 메일을 써 주세요. 오늘은 병가이고 목요일에 복귀합니다.',
      ja: 'チームに短いメールを書いてください。今日は病欠で、木曜日に戻ります。',
      zh: '帮我给团队写一封简短的邮件：我今天请病假，周四回来。',
    },
    answer: {
      en: 'Subject: Out sick until Thursday\n\nHi all,\n\nI am sick today and expect to be back on Thursday. For anything urgent please ask Sam.\n\nThank you!',
      ko: '제목: 목요일까지 병가\n\n안녕하세요, 여러분.\n\n오늘 몸이 좋지 않아 병가를 냈고 목요일에 복귀할 예정입니다. 급한 일은 샘에게 문의해 주세요.\n\n감사합니다.',
      ja: '件名：木曜日まで病欠します\n\n皆さん\n\n体調不良のため本日はお休みをいただき、木曜日に復帰する予定です。急ぎの件はサムさんにお願いします。\n\nよろしくお願いします。',
      zh: '主题：病假至周四\n\n大家好：\n\n我今天身体不适请病假，预计周四回来上班。如有急事请联系Sam。\n\n谢谢！',
    },
  },
  {
    id: 'haiku',
    match: /haiku|하이쿠|俳句/i,
    question: {
      en: 'Write a haiku about rain.',
      ko: '비에 대한 하이쿠를 써 주세요.',
      ja: '雨についての俳句を作ってください。',
      zh: '请写一首关于雨的俳句。',
    },
    answer: {
      en: 'Rain on the tin roof,\nthe kettle answers softly:\nno one has to leave.',
      ko: '양철 지붕 비\n주전자가 답하네\n머물러도 돼',
      ja: '屋根の雨\n茶の湯の音も\n静かなり',
      zh: '铁皮屋顶雨\n壶声轻轻来应答\n谁也不必走',
    },
  },
  {
    id: 'photosynthesis',
    match: /photosynth|광합성|光合成|光合作用/i,
    question: {
      en: 'Explain photosynthesis to a ten-year-old.',
      ko: '열 살 아이에게 광합성을 설명해 주세요.',
      ja: '10歳の子どもに光合成を説明してください。',
      zh: '请给十岁的孩子解释光合作用。',
    },
    answer: {
      en: 'Plants cook their own food. They take water from the soil, carbon dioxide from the air and energy from sunlight, make sugar out of it, and give back the oxygen we breathe.',
      ko: '식물은 스스로 먹을 것을 만들어요. 흙에서 물을, 공기에서 이산화탄소를, 햇빛에서 에너지를 얻어 당분을 만들고, 우리가 숨 쉬는 산소를 내보낸답니다.',
      ja: '植物は自分でごはんを作ります。土から水を、空気から二酸化炭素を、日光からエネルギーをもらって糖を作り、私たちが吸う酸素を出してくれます。',
      zh: '植物会自己做饭。它们从土里吸收水，从空气里吸收二氧化碳，再用阳光的能量做出糖，同时放出我们呼吸的氧气。',
    },
  },
  {
    id: 'greeting',
    match: /^\s*(?:hi|hello|hey|good (?:morning|evening))\b|안녕|こんにちは|你好/i,
    question: {
      en: 'Hello! What can you do?',
      ko: '안녕하세요! 무엇을 할 수 있나요?',
      ja: 'こんにちは！何ができますか？',
      zh: '你好！你能做什么？',
    },
    answer: {
      en: 'Hello! I am a built-in demo model. I answer simple questions, do small sums, call tools and write JSON, so that you can see how calls are recorded and scored.',
      ko: '안녕하세요! 저는 내장된 데모 모델입니다. 간단한 질문에 답하고 짧은 계산을 하며 도구를 호출하고 JSON을 작성해서, 호출이 어떻게 기록되고 평가되는지 보여 드립니다.',
      ja: 'こんにちは！私は組み込みのデモモデルです。簡単な質問への回答、ちょっとした計算、ツールの呼び出し、JSONの作成ができ、呼び出しの記録と評価の様子をお見せします。',
      zh: '你好！我是内置的演示模型。我可以回答简单的问题、做小计算、调用工具和生成JSON，让你看到调用是如何被记录和评分的。',
    },
  },
];
