/** The oldest Node that strips types by itself, which running from source needs. */
export const MINIMUM_NODE = '22.18.0';

/** Whether a version such as `20.20.2` is new enough. */
export function nodeFits(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = MINIMUM_NODE.split('.').map(Number);
  return major > needMajor || (major === needMajor && minor >= needMinor);
}
