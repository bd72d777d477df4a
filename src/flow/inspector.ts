import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuiltImage } from '../build/image.ts';
import type { Inputs } from '../inputs/types.ts';
import type { ImageRoute, Plan } from '../plan/plan.ts';
import { ownPlatform } from '../facts/read-dockerfiles.ts';
import { findScanner, type Scanner } from '../scan/find-scanner.ts';
import type { Scan, ScanSubject } from '../scan/findings.ts';
import { verifyImage } from '../scan/cosign.ts';
import { scanObjection, signatureObjection } from '../scan/judge.ts';
import { scanImage } from '../scan/scan-image.ts';
import { sparesOf, standInsOf, subjectOf } from '../scan/subjects.ts';
import { ruleFor, type Verification } from '../scan/verification.ts';
import { scanLine, verificationLine } from '../report/log-scan.ts';
import type { Prepared } from './prepare.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** Looks at images by the user's policy, each of them once, and remembers what was found. */
export interface Inspector {
  /** Why this image of a plan must not be used, or null. */
  readonly objectionTo: (route: ImageRoute, plan: Plan) => Promise<string | null>;
  /** Why this plan must not be built, or null; what could stand in is looked at as well. */
  readonly objectionToPlan: (plan: Plan) => Promise<string | null>;
  /** Why what was built must not be used, or null. */
  readonly objectionToImage: (image: BuiltImage) => Promise<string | null>;
  readonly found: () => { readonly scans: readonly Scan[]; readonly verifications: readonly Verification[] };
}

/** An inspector for one run. Scanners run one at a time: they lock their database. */
export function createInspector(inputs: Inputs, world: World, session: Session, prepared: Prepared): Inspector {
  const { scan: settings, verify: rules } = inputs.settings;
  const wantsBases = settings.what === 'bases' || settings.what === 'all';
  const wantsImage = settings.what === 'image' || settings.what === 'all';
  const scans = new Map<string, Promise<Scan>>();
  const verifications = new Map<string, Promise<Verification>>();
  const done: { scans: Scan[]; verifications: Verification[] } = { scans: [], verifications: [] };
  let directory: Promise<string> | null = null;
  let scanner: Promise<Scanner | string> | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  function scan(subject: ScanSubject): Promise<Scan> {
    const key = JSON.stringify([subject.name, subject.reference, subject.platform]);
    const known = scans.get(key);
    if (known !== undefined) return known;
    const next = queue.then(async () => {
      scanner ??= findScanner(settings.scanner, session.run);
      // Later steps upload what is in there; the runner clears it away with the job.
      directory ??= mkdtemp(join(world.env['RUNNER_TEMP'] || tmpdir(), 'smart-docker-build-scan-'));
      const ports = {
        env: world.env,
        signal: world.signal,
        directory: await directory,
        offline: inputs.settings.offline,
        platform: prepared.facts.engine.platform ?? ownPlatform(process.arch),
      };
      const result = await scanImage(subject, await scanner, settings, ports);
      world.journal.line(scanLine(result));
      done.scans.push(result);
      return result;
    });
    queue = next.catch(() => undefined);
    scans.set(key, next);
    return next;
  }

  function stored(): Parameters<typeof sparesOf>[3] {
    return { root: prepared.warm.root, stored: prepared.warm.stored() };
  }

  async function scanAll(subjects: readonly ScanSubject[]): Promise<string | null> {
    const results = await Promise.all(subjects.map(scan));
    const objections = results.flatMap((result) => scanObjection(result, settings) ?? []);
    return objections[0] ?? null;
  }

  async function verify(route: ImageRoute, plan: Plan): Promise<string | null> {
    const { fullName, signed } = subjectOf(route, standInsOf(plan));
    const rule = ruleFor(rules, fullName);
    if (rule === null) return null;
    const { name } = route;
    const { choice } = route;
    const isOffline = inputs.settings.offline;
    const silent = isOffline ? 'offline: true, and its signature is in its registry' : 'its digest is not known';
    const detail = choice.kind === 'none' ? choice.reason : silent;
    const unknown = { name, reference: name, rule, verdict: 'could not verify', detail } as const;
    const key = signed?.reference ?? name;
    const known = verifications.get(key);
    const asked =
      known ?? (signed === null || isOffline ? Promise.resolve(unknown) : verifyImage(signed, rule, session.run));
    verifications.set(key, asked);
    const result = await asked;
    if (known === undefined) {
      world.journal.line(verificationLine(result));
      done.verifications.push(result);
    }
    return signatureObjection(result);
  }

  async function objectionTo(route: ImageRoute, plan: Plan): Promise<string | null> {
    const signature = await verify(route, plan);
    if (signature !== null || route.choice.kind === 'none') return signature;
    return wantsBases ? await scanAll(subjectOf(route, standInsOf(plan)).scans) : null;
  }

  return {
    objectionTo,
    objectionToPlan: async (plan) => {
      const objections: string[] = [];
      for (const route of plan.images) {
        const objection = await objectionTo(route, plan);
        if (objection !== null) objections.push(`${route.name}: ${objection}`);
      }
      if (objections.length > 0) return objections.join('; ');
      if (wantsBases) await scanAll(sparesOf(plan, prepared.dockerfiles.blueprints, prepared.answers(), stored()));
      return null;
    },
    objectionToImage: async (image) => {
      if (!wantsImage) return null;
      const objection = await scanAll(builtSubjects(image));
      return objection === null ? null : `${image.reference}: ${objection}`;
    },
    found: () => done,
  };
}

/** What was built, once for each of its platforms, from where it is now. */
function builtSubjects(image: BuiltImage): readonly ScanSubject[] {
  const { reference, digest, where, platforms } = image;
  const repository = reference.replace(/(?<=[^/]):[^:/]+$/, '').replace(/@.*$/, '');
  const place =
    where === 'registry' && digest !== null ? `${repository}@${digest}` : where === 'engine' ? reference : null;
  const each = platforms.length === 0 || where === 'engine' ? [null] : platforms.map(({ platform }) => platform);
  return each.map((platform) => ({
    kind: 'image',
    name: reference,
    reference: place,
    where: where === 'engine' ? 'engine' : 'registry',
    platform,
  }));
}
