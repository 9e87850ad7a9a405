import type { MessageSetting } from './message.ts';
import type { Link, Rendered, Section, Tone } from './rendered.ts';

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#b3261e',
  warning: '#b45309',
  info: '#1d4ed8',
  good: '#15803d',
};

/** The HTML half of a mail: tables and styles in place, as mail programs need it; every text is escaped. */
export function mailHtml(said: Rendered, setting: MessageSetting): string {
  const colour = COLOURS[said.tone];
  const lead = said.lead === null ? '' : paragraph(said.lead);
  const more = said.more === null ? '' : paragraph(said.more);
  const footer = `LLM Quality Observer · ${setting.projectName} · ${setting.at}`;
  return [
    `<!doctype html><html lang="${setting.language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>${text(said.title)}</title></head>`,
    '<body style="margin:0;padding:16px;background:#f4f5f7;color:#1f2328;',
    'font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,sans-serif">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" ',
    'style="max-width:640px;background:#ffffff;border:1px solid #d8dce2;border-radius:6px">',
    `<tr><td style="padding:20px 24px;border-top:4px solid ${colour};border-radius:6px">`,
    `<h1 dir="auto" style="margin:0 0 12px;font-size:19px;color:${colour}">${text(said.title)}</h1>`,
    lead,
    ...said.sections.map(sectionHtml),
    more,
    linksHtml(said.links),
    `<p dir="auto" style="margin:20px 0 0;color:#667085;font-size:12px">${text(footer)}</p>`,
    '</td></tr></table></td></tr></table></body></html>',
  ].join('\n');
}

function sectionHtml({ heading, sentence, facts, passages, link }: Section): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td style="padding:3px 16px 3px 0;color:#667085;vertical-align:top;white-space:nowrap">${text(label)}</td>` +
      `<td dir="auto" style="padding:3px 0;word-break:break-word">${text(value)}</td></tr>`,
  );
  return [
    heading === null
      ? ''
      : `<h2 dir="auto" style="margin:18px 0 6px;font-size:16px">${text(heading)}</h2>`,
    sentence === null ? '' : paragraph(sentence),
    rows.length === 0
      ? ''
      : `<table role="presentation" cellpadding="0" cellspacing="0">${rows.join('')}</table>`,
    ...passages.map(passageHtml),
    link === null ? '' : linksHtml([link]),
  ].join('\n');
}

function passageHtml(passage: { readonly label: string; readonly text: string }): string {
  return (
    `<p style="margin:12px 0 2px;color:#667085">${text(passage.label)}</p>` +
    '<blockquote dir="auto" style="margin:0;padding:6px 12px;border-left:3px solid #d8dce2;white-space:pre-wrap;word-break:break-word">' +
    `${text(passage.text)}</blockquote>`
  );
}

function linksHtml(links: readonly Link[]): string {
  if (links.length === 0) return '';
  const anchors = links.map(
    ({ label, url }) => `<a href="${text(url)}" style="color:#1d4ed8">${text(label)}</a>`,
  );
  return `<p style="margin:14px 0 0">${anchors.join(' &nbsp; ')}</p>`;
}

function paragraph(said: string): string {
  return `<p dir="auto" style="margin:0 0 10px">${text(said)}</p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and within quoted attributes. */
function text(said: string): string {
  return said.toWellFormed().replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
