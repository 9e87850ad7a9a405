import { createHash } from 'node:crypto';
import type { ToolCall } from '../exchange.ts';
import { goodAnswer, languageOf } from './good-answer.ts';
import { brokenReply, judgeReply } from './judge.ts';
import type { DemoModel } from './models.ts';
import { type DemoText, leakyText, poorText, toxicText } from './personalities.ts';
import type { DemoCall, DemoTool } from './read-call.ts';
import { sampleJson } from './sample-json.ts';

/** One answer before it is written in the dialect of an API. */
export interface DemoDraft {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

export interface DemoUsage {
  readonly input: number;
  readonly output: number;
}

/** A number from 0 to 2^32 that only depends on the texts. */
export function hashOf(...texts: readonly string[]): number {
  return createHash('sha256').update(texts.join('\n')).digest().readUInt32BE(0);
}

/** Every choice the call asked for. */
export function composeDrafts(call: DemoCall, actAs: DemoModel): DemoDraft[] {
  return Array.from({ length: call.choices }, (_, choice) => composeDraft(call, actAs, choice));
}

function composeDraft(call: DemoCall, actAs: DemoModel, choice: number): DemoDraft {
  const tool = chooseTool(call);
  if (tool !== null) {
    const input = JSON.stringify(sampleJson(tool.parameters ?? { type: 'object' }, call.prompt));
    const id = `call_demo${hashOf(call.prompt, tool.name).toString(36)}`;
    return {
      text: '',
      toolCalls: [{ id, name: tool.name, arguments: input }],
      finishReason: 'tool_calls',
    };
  }
  const answered = answer(call, actAs, choice);
  return limit(answered, call);
}

function answer(call: DemoCall, actAs: DemoModel, choice: number): DemoText {
  const judged = judgement(call, actAs);
  if (judged !== null) return { text: judged, finishReason: 'stop' };
  const good = goodAnswer(call);
  const language = languageOf(call.prompt);
  const hash = hashOf(call.prompt, String(choice));
  const asText = { good, language, hash };
  if (call.format.kind === 'text') return personality(actAs, asText);
  const value =
    call.format.kind === 'schema'
      ? sampleJson(call.format.schema, call.prompt)
      : { answer: personality(actAs, asText).text };
  const json = JSON.stringify(value);
  // A poor model forgets to close what it opened.
  return actAs === 'demo/poor'
    ? { text: json.slice(0, -1), finishReason: 'stop' }
    : { text: json, finishReason: 'stop' };
}

/** What a judge says; null for other models, and for questions that are none to a judge. */
function judgement(call: DemoCall, actAs: DemoModel): string | null {
  if (actAs !== 'demo/judge' && actAs !== 'demo/judge-broken') return null;
  const reply = judgeReply(call.inputTexts);
  if (reply === null || actAs === 'demo/judge') return reply;
  // Asked again, it keeps to the form.
  return call.inputTexts.length > 2 ? reply : brokenReply(reply, hashOf(...call.inputTexts));
}

function personality(actAs: DemoModel, input: Parameters<typeof poorText>[0]): DemoText {
  switch (actAs) {
    case 'demo/poor':
      return poorText(input);
    case 'demo/toxic':
      return toxicText(input);
    case 'demo/leaky':
      return leakyText(input);
    case 'demo/good':
    case 'demo/slow':
    case 'demo/flaky':
    case 'demo/judge':
    case 'demo/judge-broken':
      return { text: input.good, finishReason: 'stop' };
    default:
      return actAs satisfies never;
  }
}

/** Stop sequences first, then the length limit, as providers do. */
function limit(answered: DemoText, call: DemoCall): DemoDraft {
  const ends = call.stops.map((stop) => answered.text.indexOf(stop)).filter((at) => at !== -1);
  const text = ends.length === 0 ? answered.text : answered.text.slice(0, Math.min(...ends));
  const finishReason = ends.length === 0 ? answered.finishReason : 'stop';
  const pieces = splitTokens(text);
  if (call.maxTokens === null || pieces.length <= call.maxTokens) {
    return { text, toolCalls: [], finishReason };
  }
  return { text: pieces.slice(0, call.maxTokens).join(''), toolCalls: [], finishReason: 'length' };
}

/** The tool to call: the one that was demanded, else one whose words occur in the prompt. */
function chooseTool(call: DemoCall): DemoTool | null {
  if (call.toolChoice === 'none' || call.toolResult !== null) return null;
  const named = call.tools.find((tool) => tool.name === call.toolChoice);
  if (named !== undefined) return named;
  const words = new Set(wordsOf(call.prompt));
  const relevant = call.tools.find((tool) =>
    wordsOf(`${tool.name} ${tool.description}`).some((word) => words.has(word)),
  );
  return relevant ?? (call.toolChoice === 'required' ? (call.tools[0] ?? null) : null);
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 3);
}

/** Pieces of about one token: words of Latin script with their space, single characters of East Asian ones. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*[A-Za-z0-9À-ɏ]{1,8}|\s*\S|\s+/gu) ?? [];
}

/** Tokens as the demo provider counts and reports them. */
export function usageOf(call: DemoCall, drafts: readonly DemoDraft[]): DemoUsage {
  const tools = call.tools.map((tool) => JSON.stringify(tool));
  const outputs = drafts.flatMap(({ text, toolCalls }) => [
    text,
    ...toolCalls.map((tool) => tool.name + tool.arguments),
  ]);
  return {
    input: countPieces([...call.inputTexts, ...tools]) + 3 * call.inputTexts.length + 3,
    output: countPieces(outputs),
  };
}

/** Tokens of texts, as the demo provider counts them. */
export function countPieces(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + splitTokens(text).length, 0);
}
