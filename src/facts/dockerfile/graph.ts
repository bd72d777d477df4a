import { replacesStage, type HasContext } from './contexts.ts';
import type { Lookup } from './cursor.ts';
import { expandWord } from './lexer.ts';
import { parsePlatform, type Platform } from './platform.ts';
import { sourcesOf, triggerOf, type Source } from './sources.ts';
import type { Instruction } from './instruction.ts';
import type { Stage } from './stages.ts';
import type { DockerfileProblem, ImageUse } from './types.ts';

/** A stage, or an image that a `--from` names: BuildKit's `dispatchState` (dockerfile2llb/convert.go). */
export interface GraphNode {
  /** Null if a `--from` names it and no stage does. */
  readonly stage: Stage | null;
  /** The image or stage it starts from, after substitution; null if that cannot be told. */
  readonly base: string | null;
  /** The stage that `base` names, if it does. */
  readonly parent: GraphNode | null;
  readonly platform: Platform | null;
  readonly replacedByContext: boolean;
  readonly use: ImageUse;
  readonly dependencies: Dependency[];
}

export interface Dependency {
  readonly node: GraphNode;
  readonly source: Source;
}

export interface Graph {
  /** Stages in their order, then images in the order in which they were found. */
  readonly nodes: GraphNode[];
  readonly problems: DockerfileProblem[];
  readonly byName: Map<string, GraphNode>;
  readonly escape: string;
}

interface GraphQuestion {
  readonly stages: readonly Stage[];
  readonly escape: string;
  readonly lookup: Lookup;
  readonly build: Platform;
  readonly hasContext: HasContext;
}

/** `buildDispatchStates`, then `buildStageDependencyGraph`: first every stage by name, then what their commands use. */
export function graphOf(question: GraphQuestion): Graph {
  const graph: Graph = { nodes: [], problems: [], byName: new Map(), escape: question.escape };
  for (const stage of question.stages) {
    const node = stageNode(stage, question, graph);
    graph.nodes.push(node);
    if (stage.name !== null) graph.byName.set(stage.name, node);
  }
  for (const node of [...graph.nodes]) addDependencies(graph, node, node.stage?.commands ?? []);
  return graph;
}

export function labelOf(stage: Stage): string {
  return stage.name ?? `stage-${stage.index}`;
}

/** Looks up what COPY and mounts name, in any stage, earlier or later (`toCommand`, `detectRunMount`). */
function addDependencies(graph: Graph, node: GraphNode, commands: readonly Instruction[], line?: number): boolean {
  let added = false;
  for (const command of commands) {
    const { sources, problems } = sourcesOf(command, graph.escape);
    graph.problems.push(...problems);
    for (const found of sources) {
      const source = line === undefined ? found : { ...found, line };
      const target = sourceNode(graph, node, source);
      if (target === null) continue;
      node.dependencies.push({ node: target, source });
      added = true;
    }
  }
  return added;
}

/**
 * The ONBUILD instructions of a stage run in each stage that starts from it (`initOnBuildTriggers`). They are read
 * afresh, without the file's escape directive. True if that brought new dependencies.
 */
export function addTriggers(graph: Graph, node: GraphNode): boolean {
  const commands = node.parent?.stage?.commands ?? [];
  const triggers = commands.map((command) => triggerOf(command, '\\')).filter((trigger) => trigger !== null);
  return addDependencies({ ...graph, escape: '\\' }, node, triggers, node.use.line);
}

function stageNode(stage: Stage, { lookup, escape, build, hasContext }: GraphQuestion, graph: Graph): GraphNode {
  const base = expandBase(stage, lookup, escape, graph.problems);
  const replacedByContext = stage.name !== null && replacesStage(hasContext, stage.name);
  return {
    stage,
    base,
    parent: base === null || replacedByContext ? null : (graph.byName.get(base) ?? null),
    platform: stagePlatform(stage, lookup, escape, build, graph.problems),
    replacedByContext,
    use: { kind: 'from', line: stage.line, stage: labelOf(stage) },
    dependencies: [],
  };
}

function expandBase(stage: Stage, lookup: Lookup, escape: string, problems: DockerfileProblem[]): string | null {
  const { base, line } = stage;
  const expansion = expandWord(base, lookup, escape);
  if (expansion.kind === 'bad') {
    problems.push({ kind: 'bad-substitution', line, text: base, message: expansion.message });
    return null;
  }
  if (expansion.text !== '') return expansion.text;
  const message =
    base === '' ? 'FROM names no image' : `"${base}" is empty: give its variable a default or a build argument`;
  problems.push({ kind: 'empty-image', line, text: base, message });
  return null;
}

function stagePlatform(
  stage: Stage,
  lookup: Lookup,
  escape: string,
  build: Platform,
  problems: DockerfileProblem[],
): Platform | null {
  if (stage.platform === null) return null;
  const expansion = expandWord(stage.platform, lookup, escape);
  const platform = expansion.kind === 'expanded' ? parsePlatform(expansion.text, build) : null;
  if (platform !== null) return platform;
  const text = `--platform=${stage.platform}`;
  const message =
    expansion.kind === 'bad' ? expansion.message : `"${expansion.text}" is not a platform such as linux/amd64`;
  problems.push({ kind: 'invalid-platform', line: stage.line, text, message });
  return null;
}

/** A number is an index for COPY, but a name for a mount; what no stage is called is an image. */
function sourceNode(graph: Graph, user: GraphNode, { kind, from, line }: Source): GraphNode | null {
  if (kind === 'copy-from' && /^[+-]?[0-9]+$/.test(from)) {
    const found = graph.nodes[Number(from)];
    if (found === undefined) graph.problems.push(unknownIndex(from, line));
    return found ?? null;
  }
  const found = graph.byName.get(from.toLowerCase());
  if (found !== undefined) return found;
  const image: GraphNode = {
    stage: null,
    base: from,
    parent: null,
    platform: null,
    replacedByContext: false,
    use: { kind, line, stage: user.use.stage },
    dependencies: [],
  };
  graph.nodes.push(image);
  return image;
}

function unknownIndex(from: string, line: number): DockerfileProblem {
  return { kind: 'unknown-stage-index', line, text: `--from=${from}`, message: `there is no stage ${from}` };
}
