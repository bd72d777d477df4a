import type { Blueprint } from '../facts/blueprint.ts';
import type { Settings } from '../inputs/types.ts';
import { packageMirrors, type PackageKind } from '../registry/catalogue.ts';

/** A list of package mirrors, as build arguments bring it to those who install packages. */
interface MirrorArgument {
  readonly name: 'APK_MIRRORS' | 'APT_MIRRORS';
  readonly kind: Extract<PackageKind, 'apk' | 'apt'>;
  readonly custom: readonly string[];
}

/**
 * The build arguments APK_MIRRORS and APT_MIRRORS, space-separated URLs, for Dockerfiles that declare them. Only where the
 * user has named mirrors: a value that changes costs the cache of every step after it. The bundled Dockerfile asks them
 * in turn, then the repositories of the image (`own`), then the catalogue's; with `mirrors-only` nobody else.
 */
export function packageArguments(
  { facts, file }: Blueprint,
  buildArgs: Readonly<Record<string, string>>,
  { apkMirrors, aptMirrors, mirrorsOnly }: Settings,
): readonly string[] {
  const declared = new Set(
    facts.stages.filter(({ reachable }) => reachable).flatMap((stage) => stage.arguments.map(({ name }) => name)),
  );
  const lists: readonly MirrorArgument[] = [
    { name: 'APK_MIRRORS', kind: 'apk', custom: apkMirrors },
    { name: 'APT_MIRRORS', kind: 'apt', custom: aptMirrors },
  ];
  const isOurs = file.origin === 'bundled';
  return lists.flatMap(({ name, kind, custom }) => {
    if (!declared.has(name) || name in buildArgs) return [];
    if (custom.length === 0 && !(isOurs && mirrorsOnly)) return [];
    return [`${name}=${(isOurs && !mirrorsOnly ? rotation(kind, custom) : custom).join(' ')}`];
  });
}

function rotation(kind: MirrorArgument['kind'], custom: readonly string[]): readonly string[] {
  const listed = packageMirrors(kind, { custom, mirrorsOnly: false }).filter(({ state }) => state !== 'retired');
  const urls = (isCustom: boolean): readonly string[] =>
    listed.filter((mirror) => mirror.custom === isCustom).map(({ url }) => url);
  return [...urls(true), 'own', ...urls(false)];
}
