import type { Transfer } from './signs-of-life.ts';

/** Behind so much silence there is no download, where nothing is known of how its source sends. */
export const DEAD_MS = 10_000;
/** Nobody is left sooner, however fast he would be. */
const LEAST_MS = 3000;
/** Our rate says little about a builder that is somewhere else. */
const LEAST_FAR_MS = 30_000;
/** How much longer than it should take a download may be silent: others share its line, its disk and its processor. */
const FACTOR = 8;
/**
 * containerd hands a download on in pieces of so many bytes, and tells of nothing less
 * (core/content/helpers.go `copyWithBuffer`).
 */
const PIECE_BYTES = 1024 * 1024;
/** Plain progress tells of each twentieth, and of less after five seconds (moby/buildkit progressui/printer.go). */
const TOLD_SHARE = 0.05;
const TOLD_AFTER_MS = 6000;

/**
 * For how long a download may say nothing, milliseconds, given the rate at which the same layer comes to us: a slow source
 * has all the time that it needs, and a connection that carries nothing of a fast one is dead.
 * @param count downloads that are under way together
 */
export function downloadPatienceMs(layer: Transfer, bytesPerSecond: number, count: number, isNear: boolean): number {
  const left = Math.max(layer.totalBytes - layer.doneBytes, 1);
  const timeFor = (bytes: number): number => (Math.min(bytes, left) / bytesPerSecond) * 1000 * FACTOR * count;
  const pieceMs = timeFor(PIECE_BYTES);
  const toldMs = timeFor(Math.max(PIECE_BYTES, layer.totalBytes * TOLD_SHARE));
  return Math.max(isNear ? LEAST_MS : LEAST_FAR_MS, pieceMs, Math.min(toldMs, TOLD_AFTER_MS));
}
