import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';

/** A name of BuildKit's protocol, or its number (moby/buildkit sourcepolicy/pb/json.go takes both). */
function named<const Names extends readonly [string, ...string[]]>(names: Names): z.ZodType<Names[number]> {
  return z.union([z.enum(names), z.number().transform((number) => names[number] ?? 'unknown')]).pipe(z.enum(names));
}

const Rule = z.looseObject({
  action: named(['ALLOW', 'DENY', 'CONVERT']).default('ALLOW'),
  selector: z.looseObject({
    identifier: z.string(),
    match_type: named(['WILDCARD', 'EXACT', 'REGEX']).default('WILDCARD'),
    constraints: z.array(z.unknown()).nullish(),
  }),
});

const Policy = z.looseObject({ rules: z.array(Rule).nullish() });

/** One rule of a source policy, as far as it has to be understood here; the rest of it is kept. */
export type PolicyRule = Readonly<z.infer<typeof Rule>>;

/** The source policy that the job itself gives to buildx. */
export type JobPolicy =
  | { readonly kind: 'read'; readonly path: string; readonly rules: readonly PolicyRule[]; readonly whole: object }
  /** Buildx will say itself what is wrong with it. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly problem: string };

/** Reads the file that EXPERIMENTAL_BUILDKIT_SOURCE_POLICY names; null where the job has none. */
export async function readJobPolicy(path: string | null, cwd: string): Promise<JobPolicy | null> {
  if (path === null) return null;
  try {
    const whole = Policy.parse(JSON.parse(await readFile(resolve(cwd, path), 'utf8')));
    return { kind: 'read', path, rules: whole.rules ?? [], whole };
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return { kind: 'unreadable', path, problem };
  }
}
