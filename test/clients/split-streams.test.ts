import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventFrames } from '../../src/gateway/event-frames.ts';
import { eventTexts, framingOf } from '../../src/gateway/framing.ts';
import { readStreamEvent } from '../../src/gateway/read-stream-event.ts';
import { assembled, chatAnswers, deltasOf } from '../../src/providers/fixtures/arbitrary-answer.ts';
import { chatRequests } from '../../src/providers/fixtures/arbitrary-chat.ts';
import { SPEAKERS, type Speaker } from '../../src/providers/fixtures/speakers.ts';
import type { ChatAnswer, ChatDelta } from '../../src/providers/neutral.ts';

const ANSWERS = chatAnswers({ manyChoices: false, reasoning: 'plain', callSignatures: false });
const [ASKED] = fc.sample(chatRequests(), 1);

/** What a reader makes of a stream that arrives in these pieces. */
function readPieces({ dialect, codec }: Speaker, pieces: readonly Buffer[]): ChatAnswer {
  const frames = new EventFrames({ wire: dialect.wire, hideUsage: false });
  const reader = codec.streamReader();
  const read = (region: Buffer | null): ChatDelta[] =>
    (region === null ? [] : [...eventTexts(region, framingOf(dialect.wire))]).flatMap((text) => {
      const event = readStreamEvent(text, dialect.wire.framing);
      return event === null ? [] : [...reader.push(event)];
    });
  const steps: ChatDelta[] = [];
  for (const piece of pieces) {
    const { forward, terminal } = frames.push(piece);
    steps.push(...read(forward), ...read(terminal));
  }
  const { forward, terminal } = frames.rest();
  steps.push(...read(forward), ...read(terminal), ...reader.end());
  return assembled(steps);
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  ends.sort((one, other) => one - other);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe.each(SPEAKERS)('given a stream of $name', (speaker) => {
  it('reads the same wherever the network splits it', () => {
    if (ASKED === undefined) throw new Error('No sample.');
    const request = ASKED;
    const places = fc.array(fc.nat(100_000), { maxLength: 12 });
    fc.assert(
      fc.property(ANSWERS, places, (answer, split) => {
        const writer = speaker.codec.streamWriter(request, { includeUsage: true, createdAt: 1 });
        const steps = deltasOf(answer).map((step) => writer.write(step));
        const bytes = Buffer.from(steps.join('') + writer.end());
        const whole = readPieces(speaker, [bytes]);
        expect(whole.choices[0]?.finishReason).not.toBeNull();
        expect(readPieces(speaker, cut(bytes, split))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('reads the same byte by byte', () => {
    const [answer] = fc.sample(ANSWERS, 1);
    if (answer === undefined || ASKED === undefined) throw new Error('No sample.');
    const writer = speaker.codec.streamWriter(ASKED, { includeUsage: true, createdAt: 1 });
    const steps = deltasOf(answer).map((step) => writer.write(step));
    const bytes = Buffer.from(steps.join('') + writer.end());
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(readPieces(speaker, single)).toEqual(readPieces(speaker, [bytes]));
  });
});
