import type { ChatCodec } from '../dialect.ts';
import { type AnswerShape, readAnswer, writeAnswer } from './answer.ts';
import { readChatRequest, readGenerateRequest } from './read-request.ts';
import { OllamaStreamReader } from './stream-reader.ts';
import { OllamaStreamWriter } from './stream-writer.ts';
import { writeChatRequest, writeGenerateRequest } from './write-request.ts';

function answersOf(shape: AnswerShape): Omit<ChatCodec, 'readRequest' | 'writeRequest'> {
  return {
    readAnswer,
    writeAnswer: (answer) => writeAnswer(answer, shape),
    streamReader: () => new OllamaStreamReader(),
    streamWriter: (request, options) => new OllamaStreamWriter(request, options, shape),
  };
}

/** `POST /api/chat`. */
export const chatCodec: ChatCodec = {
  readRequest: (body) => readChatRequest(body),
  writeRequest: writeChatRequest,
  ...answersOf('chat'),
};

/** `POST /api/generate`: a chat of one prompt. */
export const generateCodec: ChatCodec = {
  readRequest: (body) => readGenerateRequest(body),
  writeRequest: writeGenerateRequest,
  ...answersOf('generate'),
};
