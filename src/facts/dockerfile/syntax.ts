import { contextKey, parseReference, type ImageReference } from '../../registry/reference.ts';
import { detectSyntax } from './directives.ts';
import type { DockerfileProblem, Syntax } from './types.ts';

/** The name that BuildKit 0.30 and later takes for its own frontend (solver/llbsolver/solver.go). */
const builtInName = 'dockerfile.v0';

/** The build argument BUILDKIT_SYNTAX wins over the file's directive (frontend/dockerfile/builder/build.go). */
export function syntaxOf(text: string, buildArgs: Readonly<Record<string, string>>): Syntax {
  const argument = Object.hasOwn(buildArgs, 'BUILDKIT_SYNTAX') ? buildArgs['BUILDKIT_SYNTAX'] : undefined;
  if (argument !== undefined) return imageSyntax(argument.trim().split(' ')[0] ?? '', null);
  const directive = detectSyntax(text);
  return directive === null ? { kind: 'built-in' } : imageSyntax(directive.image, directive.line);
}

function imageSyntax(text: string, line: number | null): Syntax {
  if (text === builtInName) return { kind: 'built-in' };
  const parsed = parseReference(text);
  const isDockerfile = parsed.kind === 'parsed' && isDockerfileFrontend(parsed.reference);
  return { kind: 'image', text, line, isDockerfile };
}

/** `docker/dockerfile`, `docker/dockerfile-upstream` and copies of them at other hosts keep their last path component. */
function isDockerfileFrontend(reference: ImageReference): boolean {
  return /(?:^|\/)dockerfile(?:-upstream)?$/.test(reference.repository);
}

/** With a frontend of its own rules nothing else that is found in the file is certain, neither images nor mistakes. */
export function foreignSyntaxProblem(syntax: Syntax): DockerfileProblem | null {
  if (syntax.kind === 'built-in' || syntax.isDockerfile) return null;
  const parsed = parseReference(syntax.text);
  if (parsed.kind === 'invalid') return null;
  const message = `the frontend ${contextKey(parsed.reference)} may read this file by rules of its own: what it needs cannot be known`;
  return { kind: 'foreign-syntax', line: syntax.line ?? 1, text: syntax.text, message };
}

export function syntaxImageProblem(syntax: Syntax): DockerfileProblem | null {
  if (syntax.kind === 'built-in') return null;
  const parsed = parseReference(syntax.text);
  if (parsed.kind === 'parsed') return null;
  return { kind: 'invalid-image', line: syntax.line ?? 1, text: syntax.text, message: parsed.problem };
}
