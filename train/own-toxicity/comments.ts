/**
 * Comments as people leave them below news and videos, in Korean, Chinese and English, written for this project
 * (CC0-1.0, one author): the same matters talked about decently (0) and not (1), so that neither the matter nor the tone
 * of comments says what is an insult.
 */
import { items, type OwnSentence, spread } from './spread.ts';

const KOREAN_MATTERS = items(
  '정부|대통령|국회|여당|야당|국회의원|장관|시장|검찰|경찰|판사|법원|언론|기자|방송국|교회|절|의사|간호사|교사|학생|학부모|군인|공무원|노조|회사|재벌|연예인|아이돌|배우|가수|감독|작가|축구 대표팀|야구 선수|유튜버|백신|코로나|집값|세금|최저임금|부동산 정책|북한|중국|일본|미국|난민 문제|여성가족부|페미니즘|군 가산점|동성혼|다문화 정책|이 기사|이 드라마|이 영화|이 노래|그 사람|저 사람|우리나라|요즘 애들|시어머니|남편|아내|전라도|경상도|서울 사람',
);
const KOREAN_DECENT = items(
  '{} 소식 잘 봤습니다|{} 얘기는 사실 확인이 먼저다|{} 입장도 이해는 간다|{}에 대해 잘 모르지만 걱정되네요|{} 좀 더 노력했으면 좋겠다|{} 결정에 반대한다|{} 생각이 다를 수도 있지|{} 관련 기사가 너무 많다|{} 응원합니다|{}도 힘들겠다|{} 때문에 속상하다|{} 얘기 나올 때마다 의견이 갈리네|{}한테 실망했지만 지켜보려고 한다|{} 책임이 크다고 본다|{} 설명이 부족하다|{} 언제 바뀌나요|{} 덕분에 많이 배웠다|{}가 사과했으면 좋겠다|{} 예전이 더 나았던 것 같다|{} 그냥 그렇다|{} 이야기 재밌네 ㅋㅋ|{} 화이팅 ㅎㅎ|{}를 욕하기 전에 기사부터 읽자|{} 잘하는 건 잘한다고 해 주자|{} 정말 대단하다|{}가 왜 그랬는지 궁금하다|{} 이번에는 제대로 했으면|{}에 세금이 너무 많이 들어간다|{} 문제 해결이 시급하다|{} 조사가 더 필요하다|{} 나도 그렇게 생각해요',
);
const KOREAN_INDECENT = items(
  '{} 꼴도 보기 싫다 꺼져라|{} 쓰레기 새끼들|{}는 다 죽어야 한다|{} 병신 짓 또 하네|{} 수준 저질이다 역겹다|{} 개새끼들아|{} 미친 것들 아니냐|{} 정신병자 집단|{} 나라 팔아먹을 놈들|{} 빨갱이 새끼들|{} 토착왜구 놈들|{} 벌레만도 못한 것들|{} 주둥이 닥쳐라|{} 뇌가 없냐|{} 더러운 것들 퉤|{} 죄다 사형시켜라|{} 싹 다 총살해라|{} 무식한 것들이 나댄다|{} 사기꾼 집단 해체해라|{} 냄새나는 것들 나가라|{} 쳐죽일 놈들|{} 지랄하네|{} 염병하고 있네|{} 또라이들|{} 한심한 인간들 망해라|{} 인간 말종|{} 뻔뻔한 낯짝 봐라|{} 욕이 아깝다|{} 개돼지 취급하네 씨발|{} 기생충 같은 것들|{} 미개한 족속들',
);
const KOREAN_PLAIN = items(
  '지구를 떠나 보니 소중한 것들이 많았다.|나는 오늘 처음으로 별을 가까이에서 보았다.|면을 삶는 동안 마늘을 볶아 준다.|양파를 썰어 넣고 소금을 조금 뿌린다.|그는 아무 말 없이 창밖을 바라보았다.|비가 그치자 아이들이 골목으로 뛰어나왔다.|할머니는 따뜻한 밥을 차려 주셨다.|잊고 지낸 것들이 하나둘 떠올랐다.|우리가 당연하게 여기는 것들은 사실 귀하다.|이것들은 모두 서랍에 넣어 두어라.|남은 재료들로 볶음밥을 만들었다.|내가 드디어 해냈네!|자네, 그 소식 들었나?|이보게, 여기 앉아서 쉬었다 가게.|그 발견은 역사를 바꾸었다.|연구진은 새로운 물질을 발견했다고 밝혔다.|어제는 늦잠을 자서 학교에 지각했다.|친구와 싸웠지만 금방 화해했다.|강아지가 신발을 물어뜯어서 혼을 냈다.|동생이 내 과자를 다 먹어 버렸다.|시험을 망쳐서 우울하다.|내일은 일찍 일어나야지.|오랜만에 대청소를 했더니 개운하다.|먼지가 쌓인 책들을 꺼내 닦았다.|냄비에 물을 붓고 끓인다.|고기를 얇게 썰어 양념에 재운다.|뚜껑을 덮고 약한 불에서 졸인다.|그녀는 오랜 꿈을 이루었다.|전쟁이 끝나고 사람들은 고향으로 돌아갔다.|왕은 신하들을 불러 모았다.|호랑이가 어흥 하고 울었다.|나무꾼은 도끼를 연못에 빠뜨렸다.|물이 얼면 부피가 늘어난다.|식물은 빛을 향해 자란다.|철수가 영희보다 두 살 많다.|모든 짝수는 2로 나누어떨어진다.|이 함수는 빈 목록이면 널을 돌려준다.|반복문이 끝나면 결과를 출력한다.|파일을 찾을 수 없으면 오류를 낸다.|그 말은 사실이 아니다.|나는 그렇게 생각하지 않는다.|그 제도는 여러 문제를 낳았다.|많은 이들이 그 결정을 비판했다.|작품은 가난한 이들의 삶을 그린다.|주인공은 자신을 괴롭힌 사람들을 용서한다.|악당은 결국 벌을 받는다.|용은 불을 뿜으며 마을을 태웠다.|바보 온달은 훗날 장군이 되었다.|흥부는 착하고 놀부는 욕심이 많다.|도둑이 들어 물건을 훔쳐 갔다.',
);

const CHINESE_MATTERS = items(
  '政府|这个政策|专家|媒体|记者|医生|老师|学生|家长|明星|演员|导演|这部剧|这首歌|球队|裁判|教练|公司|老板|房价|彩礼|二胎政策|同性婚姻|平权运动|女权运动|反性骚扰运动|黑命贵运动|移民政策|留学生政策|户籍制度|高考分数线|南北差异|地域差异|城乡差距|男女比例|性别工资差距|家务分工|生育假|女司机新闻|广场舞|养老问题|少数民族加分|宗教信仰|港澳台新闻|中日关系|中韩关系|中印关系|中美关系|欧洲难民潮|美国警察执法|非洲投资',
);
const CHINESE_DECENT = items(
  '{}这件事要看证据|关于{}，我觉得双方都有道理|{}还需要更多讨论|我对{}有不同意见|{}的数据在哪里可以查到|希望{}越来越好|{}让我想了很多|{}引起了很多争论|不能用{}来否定一个群体|讨论{}的时候请不要骂人|{}的历史比较复杂|我支持理性看待{}|{}的问题不是一两天能解决的|有人因为{}受到了不公平的对待|看到{}我很难过|{}的报道不够客观|{}也有积极的一面|国外对{}的看法和我们不一样|{}确实值得反思|我身边的人对{}看法不一|{}和歧视是两回事|专门研究{}的学者怎么说|别再拿{}搞对立了|{}影响了很多普通人的生活|我写了一篇关于{}的论文',
);
const CHINESE_INDECENT = items(
  '一说{}就有脑残跳出来|{}就是一群傻逼在闹|支持{}的都是废物|{}真他妈恶心|{}背后都是垃圾人|搞{}的人脑子有病|{}不就是贱人多吗|提到{}我就想骂娘|吹{}的都是狗|{}养了一群白眼狼|为{}洗地的滚出去|{}这帮畜生不得好死|跪舔{}的奴才真多|{}毁在一群蠢货手里|信{}的人智商感人，蠢到家了|{}就是喂饱了一群懒货|谁还信{}谁就是猪|{}里没有一个好东西|{}都该拉出去枪毙|{}这种破事只有低等人在乎',
);
const CHINESE_TURNS = items(
  '那我就成全你的心愿吧。|你终于来了，我等你很久了。|大胆，竟敢闯入皇宫！|师父，徒儿知错了。|少侠请留步。|今天的选项是甲、乙、丙、丁。|第一题选 B，第二题选 C。|答案：D。|（A）（C）两项正确。|南非、埃及、肯尼亚和尼日利亚都在非洲。|黑人占该市人口的三成。|河南是人口大省，教育资源比较紧张。|很多人误以为女生学不好物理，其实没有根据。|我不赞成把个别现象上升到整个群体。|歧视女性的招聘条件是违法的。|他写文章揭露了对移民的偏见。|网友纷纷谴责这种侮辱残疾人的行为。|有些人对东北人有刻板印象，其实东北人各有不同。|种族主义者的言论遭到了广泛批评。|被骂作“乡巴佬”让他很难过。|我们班有来自新疆和西藏的同学，大家相处得很好。|同性恋不是病，这是医学界的共识。|跨性别者就医时常遇到困难。|女性不必为了家庭放弃工作。|男性也有权表达脆弱。|丁克是个人选择，应当尊重。',
);

const ENGLISH_MATTERS = items(
  'the government|the president|the senator|the mayor|the police|the courts|the media|the church|this movie|this song|the new album|the coach|the referee|my boss|my landlord|my ex|the vaccine mandate|immigration policy|gun control|abortion law|gay marriage|affirmative action|the trans debate|the election|the tax plan|the strike|the war|climate policy|the school board|Twitter|Fox News|CNN|the left|the right|this country|the customer service|this airline|the neighbours|that celebrity|the Kardashians|the Democrats|the Republicans',
);
const ENGLISH_DECENT = items(
  'I disagree with what they say about {}.|Interesting piece about {}.|Can someone explain what happened with {}?|I am worried about {}.|{} could do better, to be honest.|I read the whole report on {}.|Not sure how I feel about {}.|My opinion on {} has changed over the years.|lol {} again|{} made my day|We had a long talk about {} at dinner.|I think {} deserves criticism here, but let us stay polite.|People have strong feelings about {}.|Nobody asked, but I like {}.|The article about {} was one-sided.|Glad to hear the good news about {}.|{} is getting expensive.|I am so tired of hearing about {}.|{} was disappointing this year.|Thanks for the update on {}.',
);
const ENGLISH_INDECENT = items(
  '{} can go to hell.|Fuck {}.|{} is full of lying scumbags.|Everybody who supports {} is a moron.|{} is run by corrupt pigs.|Anyone defending {} should be shot.|{} is a bunch of perverts and thieves.|what a load of crap from {}, idiots|{} makes me puke, disgusting people|screw {} and every clown who believes in it|{} belongs in the trash with the rest of you losers|Only braindead sheep fall for {}.|burn {} to the ground|hope everyone behind {} rots in jail|{} is garbage and so are you|you must be dumb as hell to like {}|shut up about {} you whiny bitch|{}? damn liars, hang them all|{} is for retards|these assholes and {} again',
);
const ENGLISH_CALM = items(
  'South Africa, Nigeria, Kenya and Ghana are in Africa.|Stay at home if you feel sick.|Wash your hands when they are dirty.|We danced in the kitchen until midnight.|She was cooking in the kitchen when the phone rang.|Humans share much of their DNA with apes.|Answer: B.|The options are A, B, C and D.|Death is a theme in many poems.|He woke from the nightmare and was free at last.|Freedom of speech is a basic right.|The Democratic Republic of the Congo borders Angola.|The prisoner was released after ten years.|Her boss was strict but fair.|The soldiers marched through the mud.|The witch turned the prince into a frog.|The dragon burned the village.|The villain laughed and locked the door.|A dirty engine uses more fuel.|Pregnant women should avoid raw fish.|Sex, age and weight are recorded for each patient.|The patient reported pain in the breast and abdomen.|Men and women react differently to the drug.|The ape and the monkey are different animals.|The slave trade was abolished in 1807.|The Nazis persecuted Jews, Roma and homosexuals.|Lynching was used to terrorise Black communities.|Racial segregation ended after long protests.|Domestic violence can be reported anonymously.|A stalker followed her for months until the police stepped in.|The film contains strong language and violence.|He was bullied at school for being fat.|Bullies called him a loser, but he did not give up.|She was called names because of her skin colour.|The mob attacked the embassy.|Terrorists killed twelve people in the attack.|The bomb was defused by experts.|In chess, you attack the king and capture the pawn.|Shoot the ball before the defender reaches you.|Cut the meat into thin strips and beat the eggs.|Crush the garlic and whip the cream.|The virus attacks the lungs.|Kill the weeds before they spread.|The dumb waiter carried plates between the floors.|Trash bags are in the closet.',
);

/** Comments with their labels, by language. */
export function commentSentences(): Readonly<Record<string, readonly OwnSentence[]>> {
  const plain = (texts: readonly string[]): OwnSentence[] =>
    texts.map((text) => ({ text, label: 0 }));
  return {
    ko: [
      ...spread({ label: 0, patterns: KOREAN_DECENT, words: KOREAN_MATTERS, repeats: 13 }),
      ...spread({ label: 1, patterns: KOREAN_INDECENT, words: KOREAN_MATTERS, repeats: 10 }),
      ...plain(KOREAN_PLAIN),
    ],
    zh: [
      ...spread({ label: 0, patterns: CHINESE_DECENT, words: CHINESE_MATTERS, repeats: 12 }),
      ...spread({ label: 1, patterns: CHINESE_INDECENT, words: CHINESE_MATTERS, repeats: 8 }),
      ...plain(CHINESE_TURNS),
    ],
    en: [
      ...spread({ label: 0, patterns: ENGLISH_DECENT, words: ENGLISH_MATTERS, repeats: 10 }),
      ...spread({ label: 1, patterns: ENGLISH_INDECENT, words: ENGLISH_MATTERS, repeats: 8 }),
      ...plain(ENGLISH_CALM),
    ],
  };
}
