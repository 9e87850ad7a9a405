import type { ChatCodec, Dialect } from '../dialect.ts';
import { readChatAnswer } from './read-answer.ts';
import { readChatRequest } from './read-request.ts';
import { messageStreamReader } from './read-stream.ts';
import { anthropicWire } from './wire.ts';
import { writeChatAnswer } from './write-answer.ts';
import { writeChatRequest } from './write-request.ts';
import { messageStreamWriter } from './write-stream.ts';

const messages: ChatCodec = {
  readRequest: readChatRequest,
  writeRequest: writeChatRequest,
  readAnswer: readChatAnswer,
  writeAnswer: writeChatAnswer,
  streamReader: messageStreamReader,
  streamWriter: messageStreamWriter,
};

/** Anthropic's Messages API and what is compatible with it. Base URLs end before `/v1`. */
export const anthropicDialect: Dialect = {
  id: 'anthropic',
  title: 'Anthropic',
  wire: anthropicWire,
  codecs: { chat: messages },
};
