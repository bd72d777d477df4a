import { anyProgram } from './any-program.ts';
import type { Fetcher } from './fetchers.ts';
import { isPackageHost } from './hosts.ts';
import { systemVoices } from './voices-system.ts';
import type { Voice } from './voices.ts';

/** Voices that serve others: a package manager that fetches by curl prints curl's words. */
const servants: ReadonlySet<string> = new Set([anyProgram.id, 'curl', 'wget']);

/** The kind of service that failed: what the voice asks, or what the command and the host tell. */
export function serviceKind(voice: Voice, host: string | null, fetchers: readonly Fetcher[]): Voice['class'] {
  const packages = host !== null && isPackageHost(host);
  if (voice.id === 'git' && fetchers.length === 1 && fetchers[0]?.class === 'go-proxy') return 'go-proxy';
  if ((voice.id === 'sbt-coursier' || voice.id === 'jvm-build-tool') && host !== null && isReleasePage(host))
    return 'network';
  // What the install script of a package fetches for itself.
  if (voice.id === 'npm' && host !== null && isReleasePage(host)) return 'network';
  if (servants.has(voice.id)) return kindOf(fetchers, host, packages);
  // What asks for no packages had another tool's words.
  if (
    voice.class === 'package-mirror' &&
    !systemVoices.includes(voice) &&
    fetchers.length > 0 &&
    fetchers.every((entry) => entry.class === 'network' && entry.anyHost !== true)
  )
    return 'network';
  return voice.class === 'network' && packages ? 'package-mirror' : voice.class;
}

function kindOf(fetchers: readonly Fetcher[], host: string | null, packages: boolean): Voice['class'] {
  const kinds = [...new Set(fetchers.filter((entry) => entry.anyHost !== true).map((entry) => entry.class))];
  const [kind] = kinds;
  const released = host !== null && isReleasePage(host);
  if (kind !== undefined && kinds.length === 1 && fetchers.length === 1) {
    return kind === 'package-mirror' && released ? 'network' : kind;
  }
  if (host !== null && /^(?:proxy|sum)\.golang\.org$|^goproxy\./.test(host)) return 'go-proxy';
  if (host === null && kind !== undefined && kinds.length === 1 && !fetchers.some((entry) => entry.anyHost))
    return kind;
  return packages ? 'package-mirror' : 'network';
}

/** Where projects publish files of their own, which no package manager keeps. */
const releasePage =
  /^(?:(?:api|codeload)\.)?github\.com$|\.githubusercontent\.com$|^storage\.googleapis\.com$|^nodejs\.org$|\.amazonaws\.com$|\.cloudfront\.net$|\.azureedge\.net$|^binaries\.|^gitlab\.com$|^sourceforge\.net$/;

function isReleasePage(host: string): boolean {
  return releasePage.test(host);
}
