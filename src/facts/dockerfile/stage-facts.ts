import { parseReference } from '../../registry/reference.ts';
import { assignsGoProxy, packageManagersIn, runText, runsGo } from './commands.ts';
import { argumentsOf, environmentOf } from './declarations.ts';
import { labelOf } from './graph.ts';
import type { Stage } from './stages.ts';
import type { Declaration, GoProxySetting, GoStage, StageFacts } from './types.ts';

/** What the platforms' graphs say about a stage. */
export interface StageReach {
  readonly reachable: boolean;
  readonly replacedByContext: boolean;
  /** The images or stages its FROM means, for each platform. */
  readonly bases: readonly string[];
  readonly parent: number | null;
}

const unreached: StageReach = { reachable: false, replacedByContext: false, bases: [], parent: null };

export function stageFacts(stage: Stage, reach: StageReach = unreached, escape = '\\'): StageFacts {
  const texts = stage.commands.map(runText).filter((text) => text !== '');
  const ofKind = (keyword: string): Stage['commands'] =>
    stage.commands.filter((command) => command.keyword === keyword);
  return {
    index: stage.index,
    line: stage.line,
    name: stage.name,
    label: labelOf(stage),
    base: stage.base,
    parent: reach.parent,
    reachable: reach.reachable,
    replacedByContext: reach.replacedByContext,
    arguments: ofKind('ARG').flatMap((command) => argumentsOf(command, escape)),
    environment: ofKind('ENV').flatMap((command) => environmentOf(command, escape)),
    usesGo: texts.some(runsGo) || reach.bases.some(isGoImage),
    packageManagers: [...new Set(texts.flatMap(packageManagersIn))],
  };
}

/** An image that is made to build Go: `golang:1.24-alpine`, `cgr.dev/chainguard/go`, `ubi9/go-toolset`. */
function isGoImage(base: string): boolean {
  const parsed = parseReference(base);
  return parsed.kind === 'parsed' && /(?:^|\/)(?:golang|go|go-toolset)$/.test(parsed.reference.repository);
}

/** The stage and those it starts from, itself first. */
function lineage(stage: StageFacts, all: readonly StageFacts[]): readonly StageFacts[] {
  const stages: StageFacts[] = [];
  for (let at: StageFacts | undefined = stage; at !== undefined && !stages.includes(at); at = all[at.parent ?? -1]) {
    stages.push(at);
  }
  return stages;
}

/**
 * How a stage that builds Go comes by its GOPROXY. Arguments and variables are inherited from the stages it starts
 * from; an ENV that passes the argument on (`ENV GOPROXY=$GOPROXY`) leaves it an argument. An ARG without a default takes
 * the one before the first FROM.
 */
export function goStage(
  facts: StageFacts,
  stages: readonly Stage[],
  all: readonly StageFacts[],
  globalArguments: readonly Declaration[] = [],
): GoStage {
  const inherited = lineage(facts, all);
  const isGoProxy = ({ name }: Declaration): boolean => name === 'GOPROXY';
  const argument = inherited.flatMap((stage) => stage.arguments.toReversed()).find(isGoProxy);
  const variable = inherited.flatMap((stage) => stage.environment.toReversed()).find(isGoProxy);
  const passesOn = argument !== undefined && /\$\{?GOPROXY\b/.test(variable?.value ?? '');
  const run = inherited
    .flatMap((stage) => stages[stage.index]?.commands ?? [])
    .find((command) => assignsGoProxy(runText(command)));
  const value = argument?.value ?? globalArguments.findLast(isGoProxy)?.value ?? null;
  const declared = argument === undefined ? undefined : { ...argument, value };
  return { stage: facts.label, proxy: goProxy(declared, passesOn ? undefined : variable, run?.startLine) };
}

function goProxy(
  argument: Declaration | undefined,
  variable: Declaration | undefined,
  runLine: number | undefined,
): GoProxySetting {
  const fixed = variable?.line ?? runLine;
  if (fixed !== undefined) return { kind: 'fixed', line: fixed };
  return argument === undefined ? { kind: 'unset' } : { kind: 'argument', line: argument.line, value: argument.value };
}
