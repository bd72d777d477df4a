import { dockerHub, parseReference } from './reference.ts';
import { withoutCredentials } from './without-credentials.ts';

/** A mirror that the user names: `docker.io=registry.corp.example/hub`. */
export interface CustomMirror {
  /** The registry that it mirrors. */
  readonly upstream: string;
  readonly host: string;
  /** Put before the upstream's repository, `hub/`; empty for none. */
  readonly prefix: string;
}

export interface MirrorList {
  readonly mirrors: readonly CustomMirror[];
  /** What cannot be understood, in words for the user who wrote it; without passwords. */
  readonly problems: readonly string[];
}

/**
 * Reads the `mirrors` input or REGISTRY_MIRRORS: on each line a registry, "=", and its mirrors in order of preference,
 * separated by commas. Empty lines and `#` comments are skipped.
 */
export function parseMirrorList(text: string): MirrorList {
  const mirrors: CustomMirror[] = [];
  const problems: string[] = [];
  for (const line of text.split(/\r?\n/).map((one) => one.replace(/(^|\s)#.*$/, '').trim())) {
    if (line === '') continue;
    const equals = line.indexOf('=');
    if (equals === -1) {
      problems.push(`"${line}": say what it mirrors, for example "docker.io=${line}"`);
      continue;
    }
    const upstream = upstreamOf(line.slice(0, equals).trim());
    if (upstream === null) {
      problems.push(`"${line}": "${line.slice(0, equals).trim()}" is not a registry, such as docker.io or gcr.io`);
      continue;
    }
    const names = line.slice(equals + 1).split(',');
    for (const name of names.map((one) => one.trim()).filter((one, _, all) => one !== '' || all.length === 1)) {
      const place = placeOf(name);
      if ('problem' in place) problems.push(`"${line}": ${place.problem}`);
      else mirrors.push({ upstream, ...place });
    }
  }
  return { mirrors, problems: problems.map(withoutCredentials) };
}

/** Docker Hub under any of its names. */
function upstreamOf(text: string): string | null {
  if (/^((index|registry-1|registry)\.)?docker\.io$/.test(text)) return dockerHub;
  const place = placeOf(text);
  return 'problem' in place || place.prefix !== '' ? null : place.host;
}

function placeOf(text: string): Omit<CustomMirror, 'upstream'> | { readonly problem: string } {
  if (text === '') return { problem: 'no mirror after "="' };
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return { problem: `write "${text.slice(scheme.length)}" without "${scheme}"` };
  const trimmed = text.replace(/\/+$/, '');
  const slash = trimmed.indexOf('/');
  const host = slash === -1 ? trimmed : trimmed.slice(0, slash);
  const isHost = host === 'localhost' || /[.:]/.test(host);
  // The reference parser knows what hosts and paths may look like.
  const parsed = parseReference(`${trimmed}/x`);
  const { kind } = parsed;
  if (!isHost || kind === 'invalid' || parsed.reference.tag !== null) {
    return { problem: `"${text}" is not a host with an optional path, such as registry.example/hub` };
  }
  return { host, prefix: slash === -1 ? '' : `${trimmed.slice(slash + 1)}/` };
}
