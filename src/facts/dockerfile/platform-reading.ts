import { targetStageArgument } from './choose-target.ts';
import type { HasContext } from './contexts.ts';
import { graphOf, type GraphNode } from './graph.ts';
import { invalidImages, needsOf, type Need } from './images.ts';
import type { Platform } from './platform.ts';
import { circularStages, reachableFrom, usedBeforeDefined } from './reach.ts';
import { globalScope } from './scope.ts';
import type { StageReach } from './stage-facts.ts';
import type { Stage, StageList } from './stages.ts';
import type { DockerfileProblem, DockerfileQuestion } from './types.ts';

interface PlatformQuestion {
  readonly list: StageList;
  readonly escape: string;
  readonly question: DockerfileQuestion;
  /** Index of the stage to build. */
  readonly target: number | null;
  readonly build: Platform;
  readonly platform: Platform;
  readonly hasContext: HasContext;
}

/** What a build for one platform needs. */
interface PlatformReading {
  /** The node of each stage, by its index. */
  readonly stageNodes: readonly GraphNode[];
  readonly reached: ReadonlySet<GraphNode>;
  readonly needs: readonly Need[];
  readonly problems: readonly DockerfileProblem[];
}

export function readForPlatform({
  list,
  escape,
  question,
  target,
  build,
  platform,
  hasContext,
}: PlatformQuestion): PlatformReading {
  const scope = globalScope({
    globalArguments: list.globalArguments,
    buildArgs: question.buildArgs,
    escape,
    build,
    target: platform,
    targetStage: targetStageArgument(list.stages, question.target),
  });
  const graph = graphOf({ stages: list.stages, escape, lookup: scope.lookup, build, hasContext });
  const stageNodes = graph.nodes.slice(0, list.stages.length);
  const circular = circularStages(graph);
  const targetNode = target === null ? undefined : stageNodes[target];
  const reached = targetNode === undefined ? new Set<GraphNode>() : reachableFrom(graph, targetNode);
  return {
    stageNodes,
    reached,
    needs: needsOf(reached, platform, hasContext),
    problems: [
      ...scope.problems,
      ...graph.problems,
      ...invalidImages(graph),
      ...(circular === null ? [] : [circular]),
      ...usedBeforeDefined(graph, reached),
    ],
  };
}

/** What the readings for all platforms say about one stage. */
export function reachOf(stage: Stage, readings: readonly PlatformReading[]): StageReach {
  const nodes = readings.flatMap(({ stageNodes, reached }) => {
    const node = stageNodes[stage.index];
    return node === undefined ? [] : [{ node, isReached: reached.has(node) }];
  });
  return {
    reachable: nodes.some(({ isReached }) => isReached),
    replacedByContext: nodes.some(({ node }) => node.replacedByContext),
    bases: nodes.flatMap(({ node }) => (node.parent === null && node.base !== null ? [node.base] : [])),
    parent: nodes.map(({ node }) => node.parent?.stage?.index).find((index) => index !== undefined) ?? null,
  };
}
