/** What the receivers of messages accept, by their documentation (2026-11): each answers what it would refuse. */
type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

class Problems {
  readonly found: string[] = [];

  text(name: string, value: unknown, { max, min = 1 }: { max: number; min?: number }): void {
    if (typeof value !== 'string') this.found.push(`${name} is no text`);
    else if (value.length > max) this.found.push(`${name}: ${value.length} of ${max}`);
    else if (value.trim().length < min) this.found.push(`${name} is empty`);
    else if (!value.isWellFormed()) this.found.push(`${name} has half a surrogate pair`);
  }

  count(name: string, count: number, max: number): void {
    if (count > max) this.found.push(`${name}: ${count} of ${max}`);
  }

  url(name: string, value: unknown, max: number): void {
    this.text(name, value, { max });
    if (!/^https?:$/.test(URL.parse(textOf(value))?.protocol ?? ''))
      this.found.push(`${name}: no URL`);
  }

  is(name: string, holds: boolean): void {
    if (!holds) this.found.push(name);
  }
}

/** docs.slack.dev: Block Kit, limits of blocks and text objects. */
export function slackProblems(body: unknown): string[] {
  const problems = new Problems();
  if (!isObject(body)) return ['no object'];
  problems.text('text', body['text'], { max: 40_000 });
  problems.is('mentions in text', !/<[!@#]/.test(textOf(body['text'])));
  const blocks = objects(body['blocks']);
  problems.is('blocks', Array.isArray(body['blocks']) && blocks.length === body['blocks'].length);
  problems.count('blocks', blocks.length, 50);
  for (const block of blocks) slackBlock(block, problems);
  return problems.found;
}

function slackBlock(block: Json, problems: Problems): void {
  switch (block['type']) {
    case 'divider':
      return;
    case 'header':
      plainText('header', block['text'], { problems, max: 150 });
      return;
    case 'section': {
      const fields = objects(block['fields']);
      problems.count('fields', fields.length, 10);
      for (const field of fields) plainText('field', field, { problems, max: 2000 });
      if (block['text'] !== undefined) plainText('section', block['text'], { problems, max: 3000 });
      problems.is('section without content', fields.length > 0 || block['text'] !== undefined);
      return;
    }
    case 'context':
      problems.count('context', objects(block['elements']).length, 10);
      for (const element of objects(block['elements'])) {
        plainText('context', element, { problems, max: 2000 });
      }
      return;
    case 'actions':
      problems.count('actions', objects(block['elements']).length, 25);
      for (const element of objects(block['elements'])) {
        problems.is('button', element['type'] === 'button');
        plainText('button', element['text'], { problems, max: 75 });
        problems.url('button', element['url'], 3000);
      }
      return;
    default:
      problems.found.push(`unknown block ${String(block['type'])}`);
  }
}

function plainText(
  name: string,
  value: unknown,
  { problems, max }: { readonly problems: Problems; readonly max: number },
): void {
  // Slack reads marks and mentions in `mrkdwn` only.
  problems.is(`${name} is not plain`, isObject(value) && value['type'] === 'plain_text');
  problems.text(name, isObject(value) ? value['text'] : null, { max });
}

/** docs.discord.com: execute webhook, embed limits. */
export function discordProblems(body: unknown): string[] {
  const problems = new Problems();
  if (!isObject(body)) return ['no object'];
  const embeds = objects(body['embeds']);
  problems.is('nothing to show', embeds.length > 0 || textOf(body['content']) !== '');
  problems.count('content', textOf(body['content']).length, 2000);
  problems.count('embeds', embeds.length, 10);
  const mentions = body['allowed_mentions'];
  problems.is(
    'mentions allowed',
    isObject(mentions) && Array.isArray(mentions['parse']) && mentions['parse'].length === 0,
  );
  const total = embeds.reduce((sum, embed) => sum + discordEmbed(embed, problems), 0);
  problems.count('characters of all embeds', total, 6000);
  return problems.found;
}

function discordEmbed(embed: Json, problems: Problems): number {
  const footer = isObject(embed['footer']) ? embed['footer']['text'] : undefined;
  if (embed['title'] !== undefined) problems.text('title', embed['title'], { max: 256 });
  if (embed['description'] !== undefined) {
    problems.text('description', embed['description'], { max: 4096 });
  }
  if (footer !== undefined) problems.text('footer', footer, { max: 2048 });
  if (embed['url'] !== undefined) problems.url('embed url', embed['url'], 2048);
  problems.is('colour', Number.isInteger(embed['color']));
  const fields = objects(embed['fields']);
  problems.count('fields', fields.length, 25);
  let size =
    textOf(embed['title']).length + textOf(embed['description']).length + textOf(footer).length;
  for (const { name, value } of fields) {
    problems.text('field name', name, { max: 256 });
    problems.text('field value', value, { max: 1024 });
    size += textOf(name).length + textOf(value).length;
  }
  return size;
}

/** learn.microsoft.com: a message with one Adaptive Card, 28 KB. */
export function teamsProblems(body: unknown): string[] {
  const problems = new Problems();
  problems.count('bytes', Buffer.byteLength(JSON.stringify(body)), 28 * 1024);
  if (!isObject(body)) return ['no object'];
  problems.is('type', body['type'] === 'message');
  const [attachment, ...others] = objects(body['attachments']);
  problems.count('attachments', others.length, 0);
  problems.is(
    'content type',
    attachment?.['contentType'] === 'application/vnd.microsoft.card.adaptive',
  );
  const card = attachment?.['content'];
  if (!isObject(card)) return [...problems.found, 'no card'];
  problems.is('card', card['type'] === 'AdaptiveCard' && card['version'] === '1.4');
  problems.count('actions', objects(card['actions']).length, 6);
  for (const element of objects(card['body'])) {
    // Text blocks read Markdown; runs do not.
    problems.is('element', ['RichTextBlock', 'ActionSet'].includes(textOf(element['type'])));
    for (const run of objects(element['inlines'])) {
      problems.is('run', run['type'] === 'TextRun');
      problems.text('run', run['text'], { max: 5000 });
    }
    for (const action of objects(element['actions'])) problems.url('action', action['url'], 2100);
  }
  return problems.found;
}

/** developer.pagerduty.com: Events API v2. */
export function pagerdutyProblems(event: unknown): string[] {
  const problems = new Problems();
  problems.count('bytes', Buffer.byteLength(JSON.stringify(event)), 512 * 1024);
  if (!isObject(event) || !isObject(event['payload'])) return ['no event'];
  const { payload } = event;
  problems.text('routing_key', event['routing_key'], { max: 64 });
  problems.is('action', ['trigger', 'resolve'].includes(textOf(event['event_action'])));
  problems.text('dedup_key', event['dedup_key'], { max: 255 });
  problems.text('summary', payload['summary'], { max: 1024 });
  problems.text('source', payload['source'], { max: 255 });
  problems.is(
    'severity',
    ['critical', 'error', 'warning', 'info'].includes(textOf(payload['severity'])),
  );
  problems.is('timestamp', !Number.isNaN(Date.parse(textOf(payload['timestamp']))));
  for (const { href } of objects(event['links'])) problems.url('link', href, 2100);
  return problems.found;
}

/** prometheus.io: Alertmanager's API v2, postableAlerts. */
export function alertmanagerProblems(body: unknown): string[] {
  const problems = new Problems();
  if (!Array.isArray(body)) return ['no list'];
  for (const alert of objects(body)) {
    const labels = isObject(alert['labels']) ? alert['labels'] : {};
    problems.text('alertname', labels['alertname'], { max: 1000 });
    for (const [name, value] of Object.entries(labels)) {
      problems.is(`label ${name}`, /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
      problems.text(`label ${name}`, value, { max: 1000 });
    }
    for (const time of ['startsAt', 'endsAt']) {
      problems.is(time, !Number.isNaN(Date.parse(textOf(alert[time]))));
    }
    problems.url('generatorURL', alert['generatorURL'], 2100);
  }
  return problems.found;
}
