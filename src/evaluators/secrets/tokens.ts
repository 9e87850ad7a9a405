import type { Severity } from '../pii/define-pattern.ts';

interface Token {
  readonly kind: string;
  readonly severity: Severity;
  /** Characters that every such token has; asked before the pattern. */
  readonly hint: string;
  readonly pattern: RegExp;
}

function token(kind: string, hint: string, source: string): Token {
  const pattern = new RegExp(`(?<![A-Za-z0-9_])(?:${source})(?![A-Za-z0-9])`, 'g');
  return { kind, hint, pattern, severity: 'high' };
}

/** Keys and tokens whose form their issuers publish (documentation of each vendor, read until November 2026). */
export const TOKENS: readonly Token[] = [
  token(
    'anthropic_key',
    'sk-ant-',
    String.raw`sk-ant-(?:api|admin|oat|sid)\d{2}-[\w-]{20,}|sk-ant-[\w-]{30,}`,
  ),
  token('openrouter_key', 'sk-or-', String.raw`sk-or-(?:v1-)?[0-9a-f]{32,}`),
  token('langfuse_key', 'sk-lf-', String.raw`sk-lf-[0-9a-f-]{32,}`),
  token(
    'openai_key',
    'sk-',
    String.raw`sk-(?!ant-|or-|lf-)(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|[A-Za-z0-9]{20,}(?:T3BlbkFJ[A-Za-z0-9]{20,})?)`,
  ),
  token('openai_key', 'sess-', String.raw`sess-[A-Za-z0-9]{40}`),
  token('lqo_key', 'lqo_', String.raw`lqo_[A-Za-z0-9_-]{16,}`),
  token('google_key', 'AIza', String.raw`AIza[\w-]{35}`),
  token('google_oauth_secret', 'GOCSPX-', String.raw`GOCSPX-[\w-]{28}`),
  token('google_access_token', 'ya29.', String.raw`ya29\.[\w-]{30,}`),
  token('aws_access_key', 'A', String.raw`(?:AKIA|ASIA|ABIA|ACCA|AIDA|AROA)[A-Z2-7][A-Z0-9]{15}`),
  token('azure_storage_key', 'AccountKey=', String.raw`AccountKey=[A-Za-z0-9+/]{86}==`),
  token('azure_client_secret', 'Q~', String.raw`[\w~.-]{3}\dQ~[\w~.-]{31,34}`),
  token('azure_sas', 'sig=', String.raw`sig=[A-Za-z0-9%+/]{40,}`),
  token('github_token', 'gh', String.raw`gh[pousr]_[A-Za-z0-9]{36,251}`),
  token(
    'github_token',
    'github_pat_',
    String.raw`github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}|github_pat_\w{40,}`,
  ),
  token('gitlab_token', 'gl', String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w-]{20,}`),
  token(
    'slack_token',
    'xo',
    String.raw`xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+`,
  ),
  token(
    'slack_webhook',
    'hooks.slack.com',
    String.raw`hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{20,}`,
  ),
  token(
    'discord_webhook',
    '/api/webhooks/',
    String.raw`discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{40,}`,
  ),
  token('stripe_key', '_', String.raw`(?:sk|rk|whsec|pk)_(?:live_|test_)?[A-Za-z0-9]{24,}`),
  token('twilio_key', '', String.raw`(?:SK|AC)[0-9a-f]{32}`),
  token('sendgrid_key', 'SG.', String.raw`SG\.[\w-]{16,32}\.[\w-]{16,64}`),
  token('mailgun_key', 'key-', String.raw`key-[0-9a-f]{32}`),
  token('mailchimp_key', '-us', String.raw`[0-9a-f]{32}-us\d{1,2}`),
  token('npm_token', 'npm_', String.raw`npm_[A-Za-z0-9]{36}`),
  token('pypi_token', 'pypi-', String.raw`pypi-[\w-]{50,}`),
  token('rubygems_key', 'rubygems_', String.raw`rubygems_[0-9a-f]{48}`),
  token('huggingface_token', 'hf_', String.raw`(?:api_org|hf)_[A-Za-z0-9]{30,}`),
  token('replicate_token', 'r8_', String.raw`r8_[A-Za-z0-9]{37}`),
  token('groq_key', 'gsk_', String.raw`gsk_[A-Za-z0-9]{40,}`),
  token('xai_key', 'xai-', String.raw`xai-[A-Za-z0-9]{60,}`),
  token('perplexity_key', 'pplx-', String.raw`pplx-[A-Za-z0-9]{40,}`),
  token('pinecone_key', 'pcsk_', String.raw`pcsk_\w{40,}`),
  token('langsmith_key', 'lsv2_', String.raw`lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}`),
  token('databricks_token', 'dapi', String.raw`dapi[0-9a-f]{32}(?:-\d)?`),
  token('digitalocean_token', '_v1_', String.raw`do[opr]_v1_[0-9a-f]{64}`),
  token('shopify_token', 'shp', String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}`),
  token('square_token', 'sq0', String.raw`sq0(?:atp|csp|idp)-[\w-]{22,43}`),
  token('linear_key', 'lin_api_', String.raw`lin_api_[A-Za-z0-9]{40}`),
  token('notion_token', '_', String.raw`(?:secret|ntn)_[A-Za-z0-9]{40,}`),
  token('figma_token', 'fig', String.raw`fig[dou]r?_[\w-]{40,}`),
  token('grafana_token', 'gl', String.raw`gl(?:sa|c)_[A-Za-z0-9+/_=]{32,}`),
  token('vault_token', 'hv', String.raw`hv[sbr]\.[\w-]{24,}`),
  token('doppler_token', 'dp.', String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}`),
  token('postman_key', 'PMAK-', String.raw`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`),
  token('newrelic_key', 'NRAK-', String.raw`NRAK-[A-Z0-9]{27}`),
  token('atlassian_token', 'ATATT3', String.raw`ATATT3[\w=-]{150,}`),
  token('terraform_token', '.atlasv1.', String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}`),
  token('telegram_token', ':', String.raw`\d{8,10}:AA[\w-]{33}`),
  token(
    'age_key',
    'AGE-SECRET-KEY-1',
    String.raw`AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`,
  ),
  token('jwt', 'eyJ', String.raw`eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}`),
];
