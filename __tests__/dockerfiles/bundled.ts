import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDockerfile } from '../../src/facts/dockerfile/read.ts';
import type { DockerfileFacts } from '../../src/facts/dockerfile/types.ts';

export const root = join(import.meta.dirname, '../..');
export const standard = readFileSync(join(root, 'dockerfiles/Dockerfile'), 'utf8');
export const resilient = readFileSync(join(root, 'dockerfiles/Dockerfile.resilient'), 'utf8');

export function factsOf(text: string, buildArgs: Readonly<Record<string, string>> = {}): DockerfileFacts {
  return readDockerfile(text, {
    target: null,
    buildArgs,
    platforms: ['linux/amd64', 'linux/arm64'],
    buildPlatform: 'linux/amd64',
    contexts: [],
  });
}

/** The shell scripts that a Dockerfile writes with COPY heredocs, by their names. */
export function scriptsOf(text: string): ReadonlyMap<string, string> {
  const heredocs = text.matchAll(/^COPY (?:--chmod=755 )?<<'EOF' \/usr\/local\/bin\/(\S+)\n(.*?\n)EOF$/gms);
  return new Map(Array.from(heredocs, ([, name = '', script = '']) => [name, script]));
}

/** The shell lines of all RUN instructions, without their options. */
export function runLinesOf(text: string): readonly string[] {
  const instructions = text.matchAll(/^RUN ((?:.*\\\n)*.*)$/gm);
  return Array.from(instructions, ([, line = '']) => line.replace(/--mount=\S+\s+(?:\\\n\s*)?/g, ''));
}
