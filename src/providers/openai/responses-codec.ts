import type { ChatCodec } from '../dialect.ts';
import { readResponsesRequest } from './read-responses-request.ts';
import { readResponse } from './response-answer.ts';
import { writeResponse } from './response-body.ts';
import { ResponseStreamReader } from './response-stream-reader.ts';
import { ResponseStreamWriter } from './response-stream-writer.ts';
import { writeResponsesRequest } from './write-responses-request.ts';

/** The Responses API as far as it keeps nothing: `POST /responses`. */
export const responsesCodec: ChatCodec = {
  readRequest: (body) => readResponsesRequest(body),
  writeRequest: writeResponsesRequest,
  readAnswer: readResponse,
  writeAnswer: writeResponse,
  streamReader: () => new ResponseStreamReader(),
  streamWriter: (request, options) => new ResponseStreamWriter(request, options),
};
