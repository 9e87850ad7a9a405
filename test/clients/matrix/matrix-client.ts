/** Where a client finds the gateway. */
export interface Place {
  /** Without a version. */
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
}

/** What a client made of an answer. */
export interface Heard {
  readonly text: string;
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** A tool's round: what was called, and what was said once the result was there. */
export interface HeardCall {
  readonly name: string;
  readonly arguments: unknown;
  readonly text: string;
}

/** A real client and how an application uses it. */
export interface MatrixClient {
  readonly name: string;
  /** The dialect it speaks, as records name it. */
  readonly dialect: string;
  whole(place: Place): Promise<Heard>;
  streamed(place: Place): Promise<Heard>;
  calls(place: Place): Promise<HeardCall>;
  streamsCalls(place: Place): Promise<HeardCall>;
  /** Asks about a picture and wants an answer of a schema. */
  looks(place: Place): Promise<string>;
}

export const SYSTEM = 'Be brief.';
export const PROMPT = 'Weather in Paris?';
export const DESCRIPTION = 'Weather of a city';
export const PARAMETERS = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
};
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/** The tool as OpenAI and Ollama describe it. */
export const FUNCTION_TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'get_weather', description: DESCRIPTION, parameters: PARAMETERS },
  },
];
