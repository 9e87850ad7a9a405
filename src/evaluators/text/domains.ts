/**
 * Tells what a question is about, in the 13 domains of llm-monitoring-framework and `general`.
 * Method: distinct cue words a domain has in the text, whole words in languages with spaces, any place in Korean,
 * Japanese and Chinese; the domain with most of them wins, the more special one when two have as many.
 * Blind spots: no cue word, no domain; a word with two meanings counts for both.
 * Source: the domains are the framework's; the words are ours, in English, Korean, Japanese and Chinese.
 */

export const DOMAINS = [
  'software_engineering',
  'data_science',
  'cybersecurity',
  'mathematics',
  'science',
  'literature',
  'business_strategy',
  'marketing',
  'finance',
  'instructional',
  'comparative',
  'analytical',
  'exploratory',
  'general',
] as const;
export type Domain = (typeof DOMAINS)[number];

/** In the order in which they win a draw: subjects before ways of asking. Latin words match from their beginning. */
const CUES: readonly (readonly [domain: Domain, latin: string, cjk: string])[] = [
  [
    'cybersecurity',
    'security vulnerab encrypt malware phishing firewall exploit ransomware authentication cve xss csrf penetration',
    '보안 취약점 암호화 악성코드 해킹 방화벽 인증 セキュリティ 脆弱性 暗号 マルウェア 认证 网络安全 漏洞 加密 恶意软件 黑客',
  ],
  [
    'data_science',
    'dataset regression classif neural machine-learning deep-learning pandas clustering feature-engineering ml ai llm overfitting training-data',
    '머신러닝 기계학습 딥러닝 데이터셋 신경망 인공지능 회귀분석 機械学習 深層学習 データセット 人工知能 机器学习 深度学习 神经网络 数据集 人工智能',
  ],
  [
    'software_engineering',
    'data-structure code function python javascript typescript java api database sql algorithm debug compile git docker kubernetes software programming refactor unit-test class variable',
    '코드 함수 프로그래밍 데이터베이스 알고리즘 디버그 소프트웨어 서버 자료구조 コード 関数 プログラム データベース アルゴリズム ソフトウェア 代码 函数 编程 数据库 算法 软件 程序',
  ],
  [
    'mathematics',
    'equation integral derivative theorem matrix probability geometry algebra calculus prime polynomial proof sqrt',
    '방정식 적분 미분 정리 행렬 확률 기하 대수 소수 증명 方程式 積分 微分 定理 行列 確率 幾何 代数 证明 方程 积分 微分 矩阵 概率 几何',
  ],
  [
    'science',
    'physics chemistry biology quantum molecule atom cell gene dna evolution planet energy photosynthesis experiment climate species',
    '물리 화학 생물 양자 분자 원자 세포 유전자 진화 행성 광합성 기후 物理 化学 生物 量子 分子 原子 細胞 遺伝子 進化 惑星 光合成 气候 细胞 基因 进化 行星',
  ],
  [
    'finance',
    'invest stock bond interest-rate portfolio tax budget loan mortgage dividend roi inflation currency bank revenue accounting',
    '투자 주식 채권 금리 세금 예산 대출 배당 환율 은행 회계 投資 株式 債券 金利 税金 予算 ローン 為替 银行 投资 股票 债券 利率 税 贷款 汇率',
  ],
  [
    'marketing',
    'marketing brand seo campaign advertis social-media customer-segment conversion copywriting slogan influencer',
    '마케팅 브랜드 광고 캠페인 고객층 マーケティング ブランド 広告 キャンペーン 市场营销 品牌 广告 营销',
  ],
  [
    'business_strategy',
    'strategy business startup stakeholder competitive market-share swot kpi supply-chain merger roadmap management',
    '전략 사업 경영 스타트업 경쟁사 공급망 戦略 事業 経営 スタートアップ 競合 战略 商业 企业 管理 创业 竞争对手',
  ],
  [
    'literature',
    'novel poem poetry haiku author literary fiction character plot metaphor shakespeare story narrator',
    '소설 시를 시인 작가 문학 은유 이야기 小説 詩 俳句 作家 文学 物語 比喩 小说 诗 诗人 故事',
  ],
  [
    'comparative',
    'compare comparison versus vs difference better pros cons advantages alternatives',
    '비교 차이 장단점 나은 比較 違い 長所 短所 比较 区别 优缺点 对比',
  ],
  [
    'analytical',
    'analyze analyse analysis evaluate assess interpret critique implications causes impact',
    '분석 평가 해석 원인 영향 分析 評価 解釈 原因 影響 评估 影响',
  ],
  [
    'instructional',
    'how-to how-do-i how-can-i steps guide tutorial instructions recipe install configure bake cook',
    '방법 하는 법 단계 설치 설정 레시피 만드는 方法 手順 やり方 インストール レシピ 作り方 步骤 教程 怎么 如何 安装',
  ],
  [
    'exploratory',
    'what-if imagine brainstorm ideas explore possibilities suppose why-might',
    '아이디어 상상 가능성 만약 アイデア 想像 可能性 もし 创意 想象 如果 设想',
  ],
];

const MATCHERS = CUES.map(([domain, latin, cjk]) => ({
  domain,
  latin: new RegExp(`(?<![\\p{L}\\p{N}])(?:${latin.split(' ').map(asPattern).join('|')})`, 'giu'),
  cjk: new RegExp(cjk.split(' ').join('|'), 'gu'),
}));

/** Short words must end where they end: `ai` is not in `aim`. */
function asPattern(word: string): string {
  const spaced = word.replaceAll('-', '[ -]');
  return word.length <= 4 ? `${spaced}(?![\\p{L}\\p{N}])` : spaced;
}

/** The first characters say what a question is about. */
const READ_CHARACTERS = 4000;

/** The domain of a question; `general` when no cue tells. */
export function classifyDomain(prompt: string): Domain {
  const text = prompt.slice(0, READ_CHARACTERS);
  let best: Domain = 'general';
  let most = 0;
  for (const { domain, latin, cjk } of MATCHERS) {
    const found = new Set([
      ...(text.match(latin) ?? []).map((word) => word.toLowerCase()),
      ...(text.match(cjk) ?? []),
    ]);
    if (found.size > most) {
      best = domain;
      most = found.size;
    }
  }
  return best;
}
