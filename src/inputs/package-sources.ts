import { withoutCredentials } from '../registry/without-credentials.ts';
import type { RawInputs, RawValue } from './raw.ts';
import type { Problems } from './readers.ts';

/** Where Go modules and packages of distributions are had from, as the user says. */
export interface PackageSources {
  readonly goProxies: readonly string[];
  /** `direct` stands at the end of the list: modules may come from where they are developed. */
  readonly goDirect: boolean;
  readonly apkMirrors: readonly string[];
  readonly aptMirrors: readonly string[];
}

/** Reads GO_PROXIES, APK_MIRRORS and APT_MIRRORS. */
export function readPackageSources(raw: RawInputs, problems: Problems): PackageSources {
  return {
    ...readGoProxies(raw('go-proxies'), problems),
    apkMirrors: readMirrorUrls(raw('apk-mirrors'), 'https://mirror.corp.example/alpine', problems),
    aptMirrors: readMirrorUrls(raw('apt-mirrors'), 'https://mirror.corp.example/debian', problems),
  };
}

function readGoProxies(value: RawValue, problems: Problems): Pick<PackageSources, 'goProxies' | 'goDirect'> {
  const words = value.text.split(/[\s,|]+/).filter((word) => word !== '');
  const goDirect = words.at(-1) === 'direct';
  const proxies = goDirect ? words.slice(0, -1) : words;
  for (const proxy of proxies.filter((word) => !isWebUrl(word))) {
    const hint = proxy === 'direct' ? ': it goes last' : ' such as https://proxy.golang.org';
    problems.push(`${value.label}: "${withoutCredentials(proxy)}" is not a URL${hint}`);
  }
  return { goProxies: proxies, goDirect };
}

/** URLs become build arguments, which everybody reads in the provenance of the image: no place for a password. */
function readMirrorUrls(value: RawValue, example: string, problems: Problems): readonly string[] {
  const urls = value.text.split(/[\s,]+/).filter((word) => word !== '');
  for (const url of urls) {
    const shown = `${value.label}: "${withoutCredentials(url)}"`;
    if (!isWebUrl(url) || /[#&|'"\\?]/.test(url)) problems.push(`${shown} is not a URL such as ${example}`);
    else if (hasCredentials(url)) problems.push(`${shown}: a password would be seen in the image's provenance`);
  }
  return urls.map((url) => url.replace(/\/+$/, ''));
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
