import { parseReference } from '../../registry/reference.ts';
import { chooseTarget, targetProblem } from './choose-target.ts';
import { contextLookup, type HasContext } from './contexts.ts';
import { mergeNeeds, type Need } from './images.ts';
import { onbuildImages } from './onbuild.ts';
import { readForPlatform, reachOf } from './platform-reading.ts';
import { formatPlatform, normalizePlatform, parsePlatform, type Platform } from './platform.ts';
import { scanDockerfile } from './scan.ts';
import { goStage, stageFacts } from './stage-facts.ts';
import { stagesOf } from './stages.ts';
import { foreignSyntaxProblem, syntaxImageProblem, syntaxOf } from './syntax.ts';
import type { DockerfileFacts, DockerfileProblem, DockerfileQuestion, Syntax } from './types.ts';

/**
 * What a build of this Dockerfile needs. Reads it as BuildKit's frontend does, once for each platform, and never
 * throws: what BuildKit would refuse is listed as a problem, and the rest read as well as it can be.
 */
export function readDockerfile(text: string, question: DockerfileQuestion): DockerfileFacts {
  const scan = scanDockerfile(text);
  const list = stagesOf(scan);
  const syntax = syntaxOf(text, question.buildArgs);
  const foreign = foreignSyntaxProblem(syntax);
  const target = chooseTarget(list.stages, question.target);
  const build = platformNamed(question.buildPlatform, null);
  const platforms = question.platforms.map((name) => platformNamed(name, build));
  const hasContext = contextLookup(question.contexts);

  const readings = (platforms.length === 0 ? [build] : platforms).map((platform) =>
    readForPlatform({ list, escape: scan.escape, question, target, build, platform, hasContext }),
  );
  const reaches = list.stages.map((stage) => reachOf(stage, readings));
  const stages = list.stages.map((stage, index) => stageFacts(stage, reaches[index], scan.escape));
  const active = stages.filter((stage) => stage.reachable && !stage.replacedByContext);
  const goStages = active
    .filter((stage) => stage.usesGo)
    .map((stage) => goStage(stage, list.stages, stages, list.globalArguments));
  const needs = [...syntaxNeeds(syntax, build, hasContext), ...readings.flatMap((reading) => reading.needs)];

  return {
    images: mergeNeeds(needs, new Set(stages.map((stage) => stage.name ?? ''))),
    stages,
    target,
    syntax,
    globalArguments: list.globalArguments,
    onbuild: onbuildImages(list.stages, scan.escape),
    goUse: goStages.length === 0 ? { kind: 'none' } : { kind: 'used', stages: goStages },
    packageManagers: [...new Set(active.flatMap((stage) => stage.packageManagers))],
    problems:
      foreign !== null
        ? [foreign]
        : distinct([
            syntaxImageProblem(syntax),
            ...scan.problems,
            ...list.problems,
            targetProblem(list.stages, question.target),
            ...readings.flatMap((reading) => reading.problems),
          ]),
  };
}

/** The frontend is pulled for the engine's own platform (frontend/gateway/gateway.go). */
function syntaxNeeds(syntax: Syntax, build: Platform, hasContext: HasContext): readonly Need[] {
  if (syntax.kind === 'built-in' || hasContext(syntax.text)) return [];
  const parsed = parseReference(syntax.text);
  if (parsed.kind === 'invalid') return [];
  const use = { kind: 'syntax' as const, line: syntax.line ?? 0, stage: null };
  return [{ reference: parsed.reference, text: syntax.text, platform: formatPlatform(build), use }];
}

/** A platform as the caller names it; `local`, and what is none, is the engine's own. Inputs are checked elsewhere. */
function platformNamed(text: string, own: Platform | null): Platform {
  const fallback = own ?? { os: 'linux', osVersion: '', architecture: 'amd64', variant: '' };
  const platform = text === 'local' ? null : parsePlatform(text, fallback);
  return platform === null ? fallback : normalizePlatform(platform);
}

function distinct(problems: readonly (DockerfileProblem | null)[]): readonly DockerfileProblem[] {
  const byText = new Map<string, DockerfileProblem>();
  for (const problem of problems) {
    if (problem !== null) byText.set(JSON.stringify(problem), problem);
  }
  return [...byText.values()];
}
