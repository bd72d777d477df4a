/** A platform as containerd writes it (vendor/github.com/containerd/platforms/platforms.go). */
export interface Platform {
  readonly os: string;
  readonly osVersion: string;
  readonly architecture: string;
  readonly variant: string;
}

const osPattern = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/;
const partPattern = /^[A-Za-z0-9_.-]+$/;

/** `isKnownOS` and `isKnownArch` of database.go: what may stand alone, as in `--platform=arm64`. */
const knownOs = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const knownArchitectures = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ' +
    'ppc riscv riscv64 s390 s390x sparc sparc64 wasm'
  ).split(' '),
);

/** `platforms.Parse`; a part that is not said is the engine's own. Null if it is no platform. */
export function parsePlatform(text: string, own: Pick<Platform, 'os' | 'architecture'>): Platform | null {
  const [first = '', ...parts] = text.split('/');
  const match = osPattern.exec(first);
  if (match === null || parts.length > 2 || !parts.every((part) => partPattern.test(part))) return null;
  const os = osName(match[1] ?? '');
  const osVersion = percentDecoded(match[2] ?? '');
  if (osVersion === null) return null;
  const [architecture, variant] = parts;
  if (architecture === undefined) return lonePart(first, os, osVersion, own);

  const named = architectureName(architecture, variant ?? '');
  if (variant === undefined) return { os, osVersion, ...withoutDefaultVariant(named) };
  const isBareArm64 = named.architecture === 'arm64' && named.variant === '';
  return { os, osVersion, architecture: named.architecture, variant: isBareArm64 ? 'v8' : named.variant };
}

/** `platforms.Normalize`: `linux/arm` is `linux/arm/v7`, `linux/arm64/v8` is `linux/arm64`. */
export function normalizePlatform(platform: Platform): Platform {
  return { ...platform, os: osName(platform.os), ...architectureName(platform.architecture, platform.variant) };
}

/** `platforms.Format`: without the version of the operating system. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter((part) => part !== '').join('/');
}

/** `platforms.FormatAll`. */
export function formatFullPlatform(platform: Platform): string {
  if (platform.osVersion === '') return formatPlatform(platform);
  return formatPlatform({ ...platform, os: `${platform.os}(${platform.osVersion})` });
}

function lonePart(
  text: string,
  os: string,
  osVersion: string,
  own: Pick<Platform, 'os' | 'architecture'>,
): Platform | null {
  if (knownOs.has(os)) return { os, osVersion, architecture: own.architecture, variant: '' };
  const named = architectureName(text, '');
  if (!knownArchitectures.has(named.architecture)) return null;
  return { os: own.os, osVersion, ...withoutDefaultVariant(named) };
}

interface Architecture {
  readonly architecture: string;
  readonly variant: string;
}

function withoutDefaultVariant(named: Architecture): Architecture {
  return named.architecture === 'arm' && named.variant === 'v7' ? { architecture: 'arm', variant: '' } : named;
}

function osName(os: string): string {
  const lower = os.toLowerCase();
  return lower === 'macos' ? 'darwin' : lower;
}

/** `normalizeArch` of database.go. */
function architectureName(architecture: string, variant: string): Architecture {
  const name = architecture.toLowerCase();
  const version = variant.toLowerCase();
  switch (name) {
    case 'i386':
      return { architecture: '386', variant: '' };
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return { architecture: 'amd64', variant: version === 'v1' ? '' : version };
    case 'aarch64':
    case 'arm64':
      if (['8', 'v8', 'v8.0'].includes(version)) return { architecture: 'arm64', variant: '' };
      return { architecture: 'arm64', variant: ['9', '9.0', 'v9.0'].includes(version) ? 'v9' : version };
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' };
    case 'armel':
      return { architecture: 'arm', variant: 'v6' };
    case 'arm':
      if (version === '') return { architecture: 'arm', variant: 'v7' };
      return { architecture: 'arm', variant: /^[5678]$/.test(version) ? `v${version}` : version };
    default:
      return { architecture: name, variant: version };
  }
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
