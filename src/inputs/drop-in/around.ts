/** What the inputs of docker/build-push-action are read with, besides their texts. Values, so that reading stays pure. */
export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The content of GITHUB_EVENT_PATH, or null where there is none. */
  readonly event: unknown;
  /** Whether there is anything under this path. */
  readonly exists: (path: string) => boolean;
}

/** A caller outside of GitHub Actions, who gives the inputs and nothing else. */
export const NOTHING_AROUND: Around = { env: {}, event: null, exists: () => false };
