import { addTriggers, type Dependency, type Graph, type GraphNode } from './graph.ts';
import type { DockerfileProblem } from './types.ts';

/**
 * What the target needs: its base, what its commands take from, and so on; then again with the ONBUILD instructions
 * that the stages inherit, until nothing new comes (BuildKit dockerfile2llb/convert.go `resolveStages`). The commands
 * of a stage that a context replaces still count: BuildKit loads the metadata of what they name.
 */
export function reachableFrom(graph: Graph, target: GraphNode): ReadonlySet<GraphNode> {
  const triggered = new Set<GraphNode>();
  for (;;) {
    const reached = follow(target);
    const fresh = [...reached].filter((node) => node.parent !== null && !triggered.has(node));
    for (const node of fresh) triggered.add(node);
    if (!fresh.map((node) => addTriggers(graph, node)).includes(true)) return reached;
  }
}

function follow(target: GraphNode): ReadonlySet<GraphNode> {
  const reached = new Set<GraphNode>([target]);
  for (const node of reached) {
    if (node.parent !== null) reached.add(node.parent);
    for (const dependency of node.dependencies) reached.add(dependency.node);
  }
  return reached;
}

/** Stages that copy from each other, or from themselves (validations.go `validateCircularDependency`). */
export function circularStages(graph: Graph): DockerfileProblem | null {
  const done = new Set<GraphNode>();
  const path = new Set<GraphNode>();
  const steps: { readonly node: GraphNode; at: number }[] = [];

  function enter(node: GraphNode): void {
    if (done.has(node)) return;
    done.add(node);
    path.add(node);
    steps.push({ node, at: 0 });
  }

  for (const start of graph.nodes) {
    enter(start);
    for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
      const dependency = step.node.dependencies[step.at];
      step.at += 1;
      if (dependency === undefined) {
        path.delete(step.node);
        steps.pop();
      } else if (path.has(dependency.node)) return circle(dependency);
      else enter(dependency.node);
    }
  }
  return null;
}

function circle({ node, source }: Dependency): DockerfileProblem {
  const message = `the stages depend on each other in a circle, through stage ${node.use.stage ?? ''}`;
  return { kind: 'circular-stages', line: source.line, text: `from=${source.from}`, message };
}

/** Stages are built in the order of the file: a later one cannot be copied from (convert.go `dispatch`). */
export function usedBeforeDefined(graph: Graph, reached: ReadonlySet<GraphNode>): readonly DockerfileProblem[] {
  const order = new Map(graph.nodes.map((node, index) => [node, index]));
  const problems: DockerfileProblem[] = [];
  for (const node of reached) {
    if (node.stage === null || node.replacedByContext) continue;
    for (const { node: source, source: words } of node.dependencies) {
      if (source.stage === null || source.replacedByContext || words.from === 'scratch') continue;
      if ((order.get(source) ?? 0) <= (order.get(node) ?? 0)) continue;
      const message = `stage ${source.use.stage ?? ''} must be defined before stage ${node.use.stage ?? ''}, which takes from it`;
      problems.push({ kind: 'stage-used-before-defined', line: words.line, text: `from=${words.from}`, message });
    }
  }
  return problems;
}
