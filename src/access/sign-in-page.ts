import type { FastifyReply, FastifyRequest } from 'fastify';

interface Words {
  readonly title: string;
  readonly why: string;
  readonly command: (command: string) => string;
  readonly password: string;
}

/** The languages of the dashboard; this page comes before it can be loaded. */
const WORDS: Readonly<Record<string, Words>> = {
  en: {
    title: 'This sign-in link cannot be used',
    why: 'A link works once and for 15 minutes. This one was used before, is older, or is not complete.',
    command: (command) =>
      `To get a new one, run ${command} in the folder of the program, or restart the program: it prints a new link whenever it starts.`,
    password: 'Sign in with e-mail and password',
  },
  ko: {
    title: '이 로그인 링크는 사용할 수 없습니다',
    why: '링크는 15분 동안 한 번만 쓸 수 있습니다. 이미 사용했거나, 시간이 지났거나, 일부가 잘린 링크입니다.',
    command: (command) =>
      `새 링크를 받으려면 프로그램 폴더에서 ${command} 명령을 실행하거나 프로그램을 다시 시작하세요. 시작할 때마다 새 링크가 표시됩니다.`,
    password: '이메일과 비밀번호로 로그인',
  },
  ja: {
    title: 'このサインインリンクは使えません',
    why: 'リンクは15分間、1回だけ使えます。すでに使われたか、期限が切れたか、リンクの一部が欠けています。',
    command: (command) =>
      `新しいリンクを得るには、プログラムのフォルダーで ${command} を実行するか、プログラムを再起動してください。起動のたびに新しいリンクが表示されます。`,
    password: 'メールアドレスとパスワードでサインイン',
  },
  zh: {
    title: '此登录链接无法使用',
    why: '链接在 15 分钟内有效,且只能使用一次。此链接已被使用、已过期或不完整。',
    command: (command) =>
      `如需新链接,请在程序所在文件夹中运行 ${command},或重新启动程序:每次启动都会显示新链接。`,
    password: '使用电子邮件和密码登录',
  },
};

/** The page behind a link that is used, old or unknown: which of them is not told. */
export function sendLinkProblem(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = preferredLanguage(request.headers['accept-language'] ?? '');
  return reply
    .code(410)
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .serializer((page: string) => page)
    .send(pageIn(language));
}

/** The first language of `Accept-Language` that the program speaks; browsers send them in order. */
export function preferredLanguage(acceptLanguage: string): string {
  const asked = acceptLanguage
    .split(',', 20)
    .map((range) => range.trim().slice(0, 2).toLowerCase());
  return asked.find((language) => Object.hasOwn(WORDS, language)) ?? 'en';
}

function pageIn(language: string): string {
  const words = WORDS[language];
  if (words === undefined) throw new Error(`There are no words in ${language}.`);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<h1>${words.title}</h1>
<p>${words.why}</p>
<p>${words.command('<code>npx lqo sign-in</code>')}</p>
<p><a href="/">${words.password}</a></p>
</main>
</body>
</html>
`;
}
