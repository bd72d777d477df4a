import { code } from './markdown.ts';
import { plural, size } from './words.ts';

/** A build record that was kept, as far as readers of the summary need it. */
export interface RecordLink {
  readonly name: string;
  readonly artifactId: string;
  readonly sizeBytes: number;
  readonly builds: number;
  /** The image, as the summary calls it. */
  readonly of: string;
}

/**
 * The line of the job summary that leads to the build record. The link is relative to the run's page: a repository whose
 * name is a secret in one of its workflows would be masked in a complete one.
 */
export function recordLine(record: RecordLink, runId: string): string {
  const { name, artifactId, sizeBytes, builds, of } = record;
  const link = `[${code(name)}](./${runId}/artifacts/${artifactId})`;
  return `⬇️ ${link} (${size(sizeBytes)}, ${plural(builds, 'build record')} of ${code(of)}): for the Builds view of Docker Desktop, or \`docker buildx history import\`\n`;
}
