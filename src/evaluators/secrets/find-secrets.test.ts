import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets } from './find-secrets.ts';

function found(text: string): string[] {
  return findSecrets(text).map(({ kind, severity }) => `${kind}:${severity}`);
}
const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The same characters in the same order on every run; no key of anybody. */
function made(length: number, alphabet = characters): string {
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet.charAt(state % alphabet.length);
  }).join('');
}
const hex = (length: number): string => made(length, '0123456789abcdef');

describe('keys and tokens', () => {
  it.each([
    ['openai_key', `sk-proj-${made(48)}`],
    ['openai_key', `sk-${made(48)}`],
    ['anthropic_key', `sk-ant-api03-${made(90)}`],
    ['google_key', `AIza${made(35)}`],
    ['aws_access_key', `AKIA${made(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`],
    ['github_token', `ghp_${made(36)}`],
    ['gitlab_token', `glpat-${made(20)}`],
    ['slack_token', `xoxb-${made(12, '0123456789')}-${made(24)}`],
    ['stripe_key', `sk_live_${made(24)}`],
    ['twilio_key', `AC${hex(32)}`],
    ['sendgrid_key', `SG.${made(22)}.${made(43)}`],
    ['npm_token', `npm_${made(36)}`],
    ['pypi_token', `pypi-${made(80)}`],
    ['huggingface_token', `hf_${made(34)}`],
    ['lqo_key', `lqo_${made(32)}`],
    ['jwt', `eyJ${made(20)}.eyJ${made(40)}.${made(43)}`],
    ['azure_storage_key', `AccountKey=${made(86)}==`],
  ])('finds %s', (kind, key) => {
    const text = `Use "${key}" for it.`;
    expect(findSecrets(text)).toMatchObject([{ kind, severity: 'high', start: 5 }]);
  });

  it('finds private keys as a whole', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${made(64)}\n${made(64)}\n-----END RSA PRIVATE KEY-----`;
    expect(findSecrets(`Here:\n${key}\nthanks`)).toEqual([
      { kind: 'private_key', severity: 'high', start: 6, end: 6 + key.length },
    ]);
  });

  it('gives values of documentation low severity', () => {
    expect(found('AKIAIOSFODNN7EXAMPLE')).toEqual(['aws_access_key:low']);
    expect(found(`export KEY=sk-${'x'.repeat(40)}`)).toEqual(['openai_key:low']);
    expect(found('postgres://user:password@localhost/db')).toEqual(['connection_string:low']);
  });
});

describe('passwords', () => {
  it.each([
    ['postgres://app:Tr4vel-9kQ@db.internal:5432/shop', 'connection_string:high'],
    ['DB_PASSWORD=gT5!kqz91Lm', 'password:high'],
    ['{"api_key": "9f8e7d6c5b4a39281706f5e4d3c2b1a0"}', 'password:high'],
    ['My password is Kite!2087x', 'password:high'],
    ['비밀번호는 kite2087! 입니다', 'password:high'],
    ['パスワードはKite2087!です', 'password:high'],
    ['密码是Kite2087!', 'password:high'],
  ])('are found: %s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it('are not seen in prose and code about them', () => {
    for (const text of [
      'The password is required. Choose a strong password: use letters and digits.',
      'password = os.environ["DB_PASSWORD"]',
      'const token = await getToken(user);',
      'api_key: your key goes here',
      'secret = config.get("secret")',
      'The secret to success is practice.',
      'commit 9f3a1c7e88d04b52a6ce1f7d0b9a4e3c2d5f6071',
      'id 550e8400-e29b-41d4-a716-446655440000',
    ]) {
      expect(findSecrets(text).filter(({ severity }) => severity !== 'low')).toEqual([]);
    }
  });
});

it('takes any text: places are inside it, in order and apart', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'password=',
      '://a:',
      '@',
      'sk-',
      '-----BEGIN PRIVATE KEY-----',
      'eyJ',
      '.',
      '"',
    ),
    fc.constant(made(40)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      let last = 0;
      for (const { start, end } of findSecrets(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }),
  );
});

it.each(['a-', 'password=', 'a1:', '://x:y', 'A1b2', '-----BEGIN PRIVATE KEY-----', 'eyJa.'])(
  'takes time that grows with the length of the text and not faster: %s',
  (unit) => {
    const seconds = (text: string): number => {
      const before = process.cpuUsage();
      findSecrets(text);
      return process.cpuUsage(before).user / 1e6;
    };
    seconds(unit.repeat(500));
    const short = seconds(unit.repeat(20_000 / unit.length));
    const long = seconds(unit.repeat(160_000 / unit.length));
    expect(long).toBeLessThan(Math.max(0.4, 30 * short));
  },
);
