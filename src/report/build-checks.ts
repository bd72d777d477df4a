import { z } from 'zod';
import { originalLine } from '../facts/dockerfile/insert-argument.ts';

/** The Dockerfile that was built, as far as a finding can be shown in it. */
export interface CheckedDockerfile {
  /** Relative to the repository. */
  readonly path: string;
  /** Its content, or null where only BuildKit has it: then it is taken at its word. */
  readonly content: string | null;
  /** Lines of it that were put in by this action, 1-based. Default: none. */
  readonly inserted?: readonly number[];
}

/** A finding of a build check, at its place. */
export interface CheckAnnotation {
  readonly title: string;
  readonly message: string;
  readonly file: string;
  readonly line: number | null;
}

const Warnings = z.object({
  'buildx.build.warnings': z.array(
    z.object({
      detail: z.array(z.string()).optional(),
      short: z.string().optional(),
      url: z.string().optional(),
      sourceInfo: z.object({ filename: z.string().optional(), data: z.string().optional() }).nullish(),
      range: z.array(z.object({ start: z.object({ line: z.number().optional() }) })).nullish(),
    }),
  ),
});

/**
 * The findings in buildx's metadata (BUILDX_METADATA_WARNINGS), as docker/build-push-action annotates them
 * (docker/actions-toolkit src/buildx/buildx.ts `convertWarningsToGitHubAnnotations`): texts in base64, at the first line.
 */
export function annotationsOf(
  metadata: string | null,
  dockerfile: CheckedDockerfile | null,
): readonly CheckAnnotation[] {
  const parsed = Warnings.safeParse(jsonOf(metadata));
  if (!parsed.success || dockerfile === null) return [];
  return parsed.data['buildx.build.warnings'].flatMap((warning): readonly CheckAnnotation[] => {
    const { detail, short, url, sourceInfo, range } = warning;
    if (!detail || !short || !sourceInfo?.filename || !sourceInfo.data) return [];
    if (!isIn(dockerfile, sourceInfo.filename, sourceInfo.data)) return [];
    const message = decoded(short).replace(/\s\(line \d+\)$/, '');
    return [
      {
        title: detail.map(decoded).join(' '),
        message: url ? `${message}\nMore info: ${url}` : message,
        file: dockerfile.path,
        line: lineOf(range?.[0]?.start.line, dockerfile),
      },
    ];
  });
}

/** The line as the repository's own Dockerfile has it. */
function lineOf(line: number | undefined, { inserted = [] }: CheckedDockerfile): number | null {
  return line === undefined ? null : originalLine(line, inserted);
}

function isIn(dockerfile: CheckedDockerfile, filename: string, data: string): boolean {
  if (dockerfile.content === null) return true;
  return dockerfile.path.endsWith(filename) && Buffer.from(dockerfile.content).toString('base64') === data;
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null;
  }
}
