import type { FastifyReply } from 'fastify';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This sign-in link cannot be used</title>
</head>
<body>
<main>
<h1>This sign-in link cannot be used</h1>
<p>A link works once and for 15 minutes. This one was used before, is older, or is not complete.</p>
<p>To get a new one, run <code>npx lqo sign-in</code> in the folder of the program, or restart the
program: it prints a new link whenever it starts.</p>
<p><a href="/">Sign in with e-mail and password</a></p>
</main>
</body>
</html>
`;

/** The page behind a link that is used, old or unknown: which of them is not told. */
export function sendLinkProblem(reply: FastifyReply): FastifyReply {
  return reply
    .code(410)
    .type('text/html; charset=utf-8')
    .serializer((page: string) => page)
    .send(PAGE);
}
