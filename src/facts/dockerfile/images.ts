import { contextKey, parseReference, type ImageReference } from '../../registry/reference.ts';
import type { HasContext } from './contexts.ts';
import type { Graph, GraphNode } from './graph.ts';
import { formatPlatform, normalizePlatform, type Platform } from './platform.ts';
import type { DockerfileProblem, ExternalImage, ImageUse } from './types.ts';

/** One image, asked for once, for one platform. */
export interface Need {
  readonly reference: ImageReference;
  readonly text: string;
  readonly platform: string;
  readonly use: ImageUse;
}

/** The images among the reachable nodes. An image takes the platform of its own FROM, any other that of the target. */
export function needsOf(reached: ReadonlySet<GraphNode>, target: Platform, hasContext: HasContext): readonly Need[] {
  return [...reached].flatMap((node) => {
    if (node.replacedByContext || !namesImage(node) || hasContext(node.base)) return [];
    const parsed = parseReference(node.base);
    if (parsed.kind === 'invalid') return [];
    const platform = formatPlatform(normalizePlatform(node.platform ?? target));
    return [{ reference: parsed.reference, text: node.base, platform, use: node.use }];
  });
}

/** BuildKit parses the names of all images, those of unreachable stages too (convert.go `resolveBaseImage`). */
export function invalidImages(graph: Graph): readonly DockerfileProblem[] {
  return graph.nodes.filter(namesImage).flatMap((node): readonly DockerfileProblem[] => {
    const parsed = parseReference(node.base);
    if (parsed.kind === 'parsed') return [];
    return [{ kind: 'invalid-image', line: node.use.line, text: node.base, message: parsed.problem }];
  });
}

/** Needs of the same image become one, in the order of the file. */
export function mergeNeeds(needs: readonly Need[], stageNames: ReadonlySet<string>): readonly ExternalImage[] {
  // Not Map.groupBy: the shell runs on Node 20, which has none.
  const keyed = needs.map((need) => ({ key: contextKey(need.reference), need }));
  const same = (key: string): readonly Need[] => keyed.filter((one) => one.key === key).map(({ need }) => need);
  return [...new Set(keyed.map(({ key }) => key))]
    .map((key) => mergeSame(key, same(key), stageNames.has(key)))
    .toSorted((a, b) => firstLine(a) - firstLine(b));
}

function mergeSame(key: string, needs: readonly Need[], shadowedByStage: boolean): ExternalImage {
  const sorted = needs.toSorted((a, b) => a.use.line - b.use.line);
  const first = sorted[0];
  if (first === undefined) throw new Error('an image without a need');
  const uses = new Map(sorted.map(({ use }) => [`${use.line} ${use.kind} ${use.stage ?? ''}`, use]));
  return {
    reference: first.reference,
    text: first.text,
    contextKey: key,
    platforms: [...new Set(sorted.map((need) => need.platform))],
    uses: [...uses.values()],
    shadowedByStage,
  };
}

function firstLine(image: ExternalImage): number {
  return image.uses[0]?.line ?? 0;
}

function namesImage(node: GraphNode): node is GraphNode & { readonly base: string } {
  return node.parent === null && node.base !== null && node.base !== 'scratch';
}
