import { contextKey, parseReference } from '../../registry/reference.ts';

/** Says whether the user gave a named context under a name. */
export type HasContext = (name: string) => boolean;

/**
 * The user's contexts by their normalised keys. buildx normalises the keys (util/buildflags/context.go), BuildKit the
 * name it looks up (frontend/dockerui/config.go `NamedContext`), so `docker.io/library/alpine:latest` finds `alpine`.
 */
export function contextLookup(keys: readonly string[]): HasContext {
  const known = new Set(keys.map(normalized));
  return (name) => known.has(normalized(name));
}

/** `scratch` and `context` are never looked up (dockerfile2llb/convert.go `namedContextFunc`). */
export function replacesStage(hasContext: HasContext, stage: string): boolean {
  return stage !== 'scratch' && stage !== 'context' && hasContext(stage);
}

function normalized(name: string): string {
  const parsed = parseReference(name);
  return parsed.kind === 'parsed' ? contextKey(parsed.reference) : name;
}
