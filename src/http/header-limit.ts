/** Retrieved passages travel in a header (`x-lqo-context`), so headers may be larger than Node's 16 KiB. */
export const MAX_HEADER_BYTES = 128 * 1024;
