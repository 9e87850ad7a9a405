/**
 * Measures whether prompt or answer hold credentials: keys and tokens of vendors, private keys, passwords.
 * Method: the forms that issuers give their keys, blocks of PEM and PGP, connection strings with a password,
 * assignments (`password=…`) whose value is neither a word nor a variable, by its mixture and entropy, and sentences
 * that tell a password. Values for examples count as low and are not flagged.
 * Blind spots: keys without a prefix outside an assignment (also keys of AWS's second kind and of Azure OpenAI);
 * passwords that are words; secrets in encodings (base64 of a file, hex); one-time codes. Whether a key still opens
 * anything is not known. Context passages and tool results are not read.
 * Source: documentation of each vendor; own rules.
 */
import { z } from 'zod';
import { defineEvaluator, type ScoreDraft } from './define-evaluator.ts';
import { judgeFindings } from './pii/judge-findings.ts';
import { findSecrets } from './secrets/find-secrets.ts';

/** Looks for credentials in prompt and answer. */
export const secrets = defineEvaluator({
  id: 'secrets',
  version: 'v1',
  title: 'Secrets',
  description: 'Credentials in prompt and answer: API keys, tokens, private keys, passwords.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: [],
  evaluate(subject): readonly ScoreDraft[] {
    return judgeFindings(subject, { name: 'secrets', found: 'secret', search: findSecrets });
  },
});
