import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobSample } from '../health/sample-blob.ts';
import { learn, type Experience, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import type { Location } from '../registry/answer.ts';
import { parseReference } from '../registry/reference.ts';
import { givenUp } from './ended.ts';
import type { FetchTrouble } from './fetch-trouble.ts';
import { DEAD_MS, downloadPatienceMs } from './download-patience.ts';
import { rerouteOf } from './next.ts';
import type { WayOut } from './way-out.ts';

export interface WayOutPorts {
  /** The plan that would be made with these lessons, while another one is carried out: nothing is tried or told. */
  readonly planAhead: (lessons: Lessons) => Promise<Plan>;
  /** Asks a registry or mirror once more for what this build has of it: what is wrong with it, or null. */
  readonly recheck: (host: string) => Promise<string | null>;
  /** Reads a piece of a layer from this byte on, to see how it comes. */
  readonly sample: (layer: Location, fromByte: number) => Promise<BlobSample>;
}

export interface WayOutQuestion {
  readonly plan: Plan;
  readonly history: readonly Experience[];
  /** Whether the builder fetches over the same line as we do. */
  readonly isBuilderNear: boolean;
}

/** What asking the source of a fetch gave. */
interface Finding {
  /** What is wrong with it; null where it is well. */
  readonly wrong: string | null;
  /** A fetch of which nothing came for so long is dead, however well its source is. */
  readonly deadAfterMs: number;
}

/** A source that is well answers within this time. */
const HEDGE_MS = 600;
const STAY: WayOut = { kind: 'stay', untilSilentMs: null };

/** Whether another source should be turned to although the build has not failed yet. */
export async function findWayOut(trouble: FetchTrouble, known: WayOutQuestion, ports: WayOutPorts): Promise<WayOut> {
  const { plan, history } = known;
  const failure = givenUp({ trouble, reason: '' });
  const { component } = failure;
  const asked = askSource(trouble, component, known, ports);
  // Who is well says so at once; for anybody else the other sources are looked at meanwhile.
  const early = await Promise.race([asked, sleep(HEDGE_MS, null)]);
  if (early !== null && !speaksForLeaving(early, trouble)) return { kind: 'stay', untilSilentMs: early.deadAfterMs };
  const [finding, ahead] = await Promise.all([asked, ports.planAhead(learn([...history, { plan, failure }]))]);
  if (!speaksForLeaving(finding, trouble)) return { kind: 'stay', untilSilentMs: finding.deadAfterMs };
  const reroute = rerouteOf(plan, ahead, component);
  return reroute === null ? STAY : { kind: 'leave', reason: finding.wrong || reroute };
}

function speaksForLeaving({ wrong, deadAfterMs }: Finding, { silentMs }: FetchTrouble): boolean {
  return wrong !== null || silentMs >= deadAfterMs;
}

async function askSource(
  trouble: FetchTrouble,
  component: string | null,
  { isBuilderNear }: WayOutQuestion,
  ports: WayOutPorts,
): Promise<Finding> {
  const failed: Finding = { wrong: '', deadAfterMs: 0 };
  if (trouble.kind === 'error' || component === null) return failed;
  const { layers } = trouble;
  const [layer] = layers;
  const location = layer === undefined ? null : locationOf(trouble, layer.digest);
  if (layer === undefined || location === null) {
    return { wrong: await ports.recheck(component), deadAfterMs: DEAD_MS };
  }
  const sample = await ports.sample(location, layer.doneBytes);
  if (sample.kind === 'fails') return { wrong: sample.evidence, deadAfterMs: 0 };
  if (sample.kind === 'unknown') return { wrong: null, deadAfterMs: DEAD_MS };
  const { bytesPerSecond } = sample;
  return { wrong: null, deadAfterMs: downloadPatienceMs(layer, bytesPerSecond, layers.length, isBuilderNear) };
}

/** `[1/2] FROM docker.io/library/alpine:3.22@sha256:…`: where the builder fetches a layer. */
function locationOf({ step }: FetchTrouble, digest: string): Location | null {
  const name = /(?:^|\s)(?:FROM |docker-image:\/\/)(\S+)$/.exec(step.name)?.[1];
  const read = name === undefined ? null : parseReference(name);
  if (read?.kind !== 'parsed') return null;
  const { registry, repository } = read.reference;
  return { host: registry, repository, reference: digest };
}
