import type { ChatCodec, Dialect, StreamWriter } from '../dialect.ts';
import { readAnswer, writeAnswer } from './answer.ts';
import { geminiEmbeddings } from './embeddings-codec.ts';
import { readRequest } from './read-request.ts';
import { streamReader } from './stream-reader.ts';
import { LIST_FRAMING, SSE_FRAMING, streamWriter } from './stream-writer.ts';
import { geminiWire, LIST_STREAM_OPERATION } from './wire.ts';
import { writeRequest } from './write-request.ts';

const chat: ChatCodec = {
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  streamReader,
  streamWriter: (request): StreamWriter => streamWriter(request, SSE_FRAMING),
};

/**
 * The Gemini API of Google, `v1beta` and `v1`. `chat_list` is the chat of callers that stream without
 * `alt=sse` (`isListStreamPath`): the same but for the stream's writer, whose bytes are one JSON list of
 * type application/json.
 */
export const geminiDialect: Dialect = {
  id: 'gemini',
  title: 'Google Gemini',
  wire: geminiWire,
  embeddings: geminiEmbeddings,
  codecs: {
    chat,
    [LIST_STREAM_OPERATION]: {
      ...chat,
      streamType: 'application/json; charset=utf-8',
      streamWriter: (request): StreamWriter => streamWriter(request, LIST_FRAMING),
    },
  },
};
