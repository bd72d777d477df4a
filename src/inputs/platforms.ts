/**
 * Platforms that a build can name: the operating systems and architectures of Go's toolchain that images are made for,
 * with the variants of containerd's platform package. Anything else is a typing error ("linux/amd46").
 */
const KNOWN: ReadonlySet<string> = new Set([
  'linux/amd64',
  'linux/386',
  'linux/arm64',
  'linux/arm',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
  'linux/loong64',
  'linux/mips64',
  'linux/mips64le',
  'windows/amd64',
  'windows/arm64',
  'darwin/amd64',
  'darwin/arm64',
  'freebsd/amd64',
  'freebsd/arm64',
  'wasi/wasm',
  'wasip1/wasm',
]);

const VARIANTS: Readonly<Record<string, RegExp>> = {
  amd64: /^v[1-4]$/,
  arm64: /^v[89](\.\d)?$/,
  arm: /^v[5-8]$/,
};

/** Whether the text is a platform such as `linux/amd64` or `linux/arm/v7`. `local` is what buildx calls the engine's own. */
export function isPlatform(text: string): boolean {
  if (text === 'local') return true;
  const [os = '', architecture = '', variant, ...rest] = text.split('/');
  if (rest.length > 0 || !KNOWN.has(`${os}/${architecture}`)) return false;
  return variant === undefined || (VARIANTS[architecture]?.test(variant) ?? false);
}

/** The known platform that the user most likely meant, or null. */
export function nearestPlatform(text: string): string | null {
  const bare = text.toLowerCase().replace('x86_64', 'amd64').replace('aarch64', 'arm64');
  const candidates = [bare, `linux/${bare}`];
  const exact = candidates.find(isPlatform);
  if (exact !== undefined) return exact;
  const sorted = (value: string): string => [...value].toSorted().join('');
  return [...KNOWN].find((known) => candidates.some((candidate) => sorted(candidate) === sorted(known))) ?? null;
}
