/*
 * What Ollama has no word for and does not need, so that writers leave it out on purpose: who calls, price
 * classes, marks for caching (it caches unasked), names of schemas, strictness (it constrains schemas always
 * and tools never), and signatures of thoughts (it signs none).
 */

/**
 * What Ollama requests say about the machine the model runs on, which a provider of another dialect settles
 * itself. Options that shape the answer and have no word elsewhere are refused by name.
 */
export const MACHINE_FIELDS: readonly string[] = ['keep_alive', 'truncate', 'shift'];
export const MACHINE_OPTIONS: readonly string[] = [
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'num_thread',
  'num_keep',
  'numa',
  'low_vram',
  'f16_kv',
  'use_mmap',
  'use_mlock',
];
