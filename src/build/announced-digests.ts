/** The digests that BuildKit says it made or pushed, as far as its output has been read. */
export interface AnnouncedDigests {
  /** Takes complete lines of standard error. */
  readonly lines: (text: string) => void;
  /** The last one that was exported or pushed. */
  readonly announced: () => string | null;
  /** The one that was pushed; null where none was, or several. */
  readonly pushed: () => string | null;
}

/*
 * How BuildKit names what it pushed or exported (exporter/containerimage/writer.go, util/push/push.go). In plain progress
 * such a line has nothing but the number of its step before it, and what a step itself prints has a time there; in raw
 * JSON a step prints base64 (docker/buildx util/progress). Otherwise a RUN instruction could name a digest of its choice.
 */
const FROM_BUILDKIT = '(?:(?:^|\\n)#\\d+ |"id":")';
const DIGEST = '(sha256:[0-9a-f]{64})';
const ANNOUNCED = new RegExp(
  `${FROM_BUILDKIT}(?:pushing manifest for [^\\s"]+@|exporting manifest list )${DIGEST}`,
  'g',
);
const PUSHED = new RegExp(`${FROM_BUILDKIT}pushing manifest for [^\\s"]+@${DIGEST}`, 'g');

export function readAnnouncedDigests(): AnnouncedDigests {
  let last: string | null = null;
  const pushed = new Set<string>();
  return {
    lines: (text) => {
      for (const [, digest] of text.matchAll(ANNOUNCED)) last = digest ?? last;
      for (const [, digest] of text.matchAll(PUSHED)) if (digest !== undefined) pushed.add(digest);
    },
    announced: () => last,
    pushed: () => (pushed.size === 1 ? ([...pushed][0] ?? null) : null),
  };
}
