/**
 * The smallest model that judges tokens: logits are [3.5 − m, m − 3.5] times 8, where m is the largest token. Written
 * as protobuf by hand, because nothing else in the program writes ONNX. Source: onnx.proto3 of ONNX 1.16 (IR 8, opset 13).
 */
export function tinyModel(): Uint8Array {
  const nodes = [
    node('Cast', ['input_ids'], ['numbers'], [intAttribute('to', FLOAT)]),
    node(
      'ReduceMax',
      ['numbers'],
      ['largest'],
      [intsAttribute('axes', [1]), intAttribute('keepdims', 1)],
    ),
    node('Sub', ['largest', 'middle'], ['distance'], []),
    node('Mul', ['distance', 'slopes'], ['logits'], []),
  ];
  const graph = [
    ...nodes.map((one) => field(1, one)),
    field(2, text('tiny')),
    field(5, floats('middle', [1], [3.5])),
    field(5, floats('slopes', [2], [-8, 8])),
    field(11, valueInfo('input_ids', INT64, ['batch', 'length'])),
    field(12, valueInfo('logits', FLOAT, ['batch', 'classes'])),
  ];
  const opset = [field(1, text('')), varintField(2, 13)];
  return Uint8Array.from([
    ...varintField(1, 8),
    ...field(7, graph.flat()),
    ...field(8, opset.flat()),
  ]);
}

const FLOAT = 1;
const INT64 = 7;
type Bytes = readonly number[];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
function field(number: number, bytes: Bytes): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}
function varintField(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}
function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}

function node(
  kind: string,
  inputs: readonly string[],
  ...[outputs, attributes]: readonly [outputs: readonly string[], attributes: readonly Bytes[]]
): number[] {
  return [
    ...inputs.flatMap((name) => field(1, text(name))),
    ...outputs.flatMap((name) => field(2, text(name))),
    ...field(4, text(kind)),
    ...attributes.flatMap((attribute) => field(5, attribute)),
  ];
}
function intAttribute(name: string, value: number): number[] {
  return [...field(1, text(name)), ...varintField(3, value), ...varintField(20, 2)];
}
function intsAttribute(name: string, values: readonly number[]): number[] {
  return [
    ...field(1, text(name)),
    ...values.flatMap((value) => varintField(8, value)),
    ...varintField(20, 7),
  ];
}
function floats(name: string, dims: readonly number[], values: readonly number[]): number[] {
  const raw = [...new Uint8Array(Float32Array.from(values).buffer)];
  return [
    ...dims.flatMap((dim) => varintField(1, dim)),
    ...varintField(2, FLOAT),
    ...field(8, text(name)),
    ...field(9, raw),
  ];
}
function valueInfo(name: string, type: number, dims: readonly string[]): number[] {
  const shape = dims.flatMap((dim) => field(1, field(2, text(dim))));
  const tensor = [...varintField(1, type), ...field(2, shape)];
  return [...field(1, text(name)), ...field(2, field(1, tensor))];
}
