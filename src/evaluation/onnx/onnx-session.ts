/** A tensor as the runtime takes and gives it. */
export interface Tensor {
  readonly type: string;
  readonly data: ArrayLike<number | bigint | string>;
  readonly dims: readonly number[];
}

/** A model that can be asked; what `onnxruntime-node` calls an InferenceSession. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

/** Makes a tensor: a class of the runtime, so that sessions of it accept what it makes. */
export type MakeTensor = (
  type: 'int64' | 'string',
  data: BigInt64Array | string[],
  dims: readonly number[],
) => Tensor;

export interface Runtime {
  readonly open: (file: string) => Promise<Session>;
  readonly tensor: MakeTensor;
}

interface Loaded {
  readonly InferenceSession: { create(file: string, options: object): Promise<Session> };
  readonly Tensor: new (
    type: string,
    data: BigInt64Array | string[],
    dims: readonly number[],
  ) => Tensor;
}

const PACKAGE = 'onnxruntime-node';

/** The runtime, if it is installed; it is no dependency, because it has 290 MB. Throws a sentence for operators otherwise. */
export async function loadRuntime(): Promise<Runtime> {
  let loaded: Loaded;
  try {
    const module = (await import(PACKAGE)) as Loaded & { readonly default?: Loaded };
    loaded = module.default ?? module;
  } catch (cause) {
    throw new Error(
      `DETECTOR_ONNX_DIR needs the package ${PACKAGE}: npm install ${PACKAGE}@^1.20`,
      { cause },
    );
  }
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  return {
    open: (file) => loaded.InferenceSession.create(file, options),
    tensor: (type, data, dims) => new loaded.Tensor(type, data, dims),
  };
}
