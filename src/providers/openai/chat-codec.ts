import type { ChatCodec } from '../dialect.ts';
import { readChatAnswer, writeChatAnswer } from './chat-answer.ts';
import { ChatStreamReader } from './chat-stream-reader.ts';
import { ChatStreamWriter } from './chat-stream-writer.ts';
import { readChatRequest } from './read-chat-request.ts';
import { writeChatRequest } from './write-chat-request.ts';

/** Chat Completions: `POST /chat/completions`. */
export const chatCodec: ChatCodec = {
  readRequest: (body) => readChatRequest(body),
  writeRequest: writeChatRequest,
  readAnswer: readChatAnswer,
  writeAnswer: (answer) => writeChatAnswer(answer),
  streamReader: () => new ChatStreamReader(),
  streamWriter: (_request, options) => new ChatStreamWriter(options),
};
