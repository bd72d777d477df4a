import type { Lookup } from './cursor.ts';
import { expandWord } from './lexer.ts';
import { formatFullPlatform, formatPlatform, type Platform } from './platform.ts';
import type { Declaration, DockerfileProblem } from './types.ts';

interface ScopeQuestion {
  readonly globalArguments: readonly Declaration[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly escape: string;
  readonly build: Platform;
  readonly target: Platform;
  /** What BuildKit calls TARGETSTAGE. */
  readonly targetStage: string;
}

export interface Scope {
  readonly lookup: Lookup;
  readonly problems: readonly DockerfileProblem[];
}

/**
 * What variables mean in FROM: the predefined platform arguments (dockerfile2llb/platform.go `defaultArgs`), then the
 * ARGs before the first FROM in their order (convert.go `buildMetaArgs`). A build argument wins over a default, but
 * only a declared or predefined name has a meaning at all.
 */
export function globalScope(question: ScopeQuestion): Scope {
  const { buildArgs, escape } = question;
  const values = new Map(Object.entries(predefined(question)));
  const problems: DockerfileProblem[] = [];
  for (const name of values.keys()) {
    const given = ownValue(buildArgs, name);
    if (given !== undefined) values.set(name, given);
  }
  function lookup(name: string): string | undefined {
    return values.get(name);
  }
  for (const { name, value, line } of question.globalArguments) {
    const given = ownValue(buildArgs, name);
    if (given !== undefined) values.set(name, given);
    else if (value !== null) {
      const expansion = expandWord(value, lookup, escape);
      if (expansion.kind === 'expanded') values.set(name, expansion.text);
      else {
        problems.push({ kind: 'bad-substitution', line, text: `ARG ${name}=${value}`, message: expansion.message });
      }
    }
  }
  return { lookup, problems };
}

function predefined({ build, target, targetStage }: ScopeQuestion): Readonly<Record<string, string>> {
  return {
    BUILDPLATFORM: formatPlatform(build),
    BUILDOS: build.os,
    BUILDOSVERSION: build.osVersion,
    BUILDARCH: build.architecture,
    BUILDVARIANT: build.variant,
    TARGETPLATFORM: formatFullPlatform(target),
    TARGETOS: target.os,
    TARGETOSVERSION: target.osVersion,
    TARGETARCH: target.architecture,
    TARGETVARIANT: target.variant,
    TARGETSTAGE: targetStage,
  };
}

function ownValue(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
