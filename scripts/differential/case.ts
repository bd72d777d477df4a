/** What the stand-in for docker says and does in one case. */
export interface StandInWorld {
  /** Whether there is a docker command, or only buildx. */
  readonly docker: boolean;
  /** The version that buildx prints, or null where it is missing. */
  readonly buildx: string | null;
  /** What `buildx inspect` prints; any other builder's name is unknown. */
  readonly builder: { readonly driver: string; readonly nodes: readonly (string | null)[] };
  readonly build: {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
    /** Content for --iidfile and --metadata-file, or null where nothing is written. */
    readonly imageId: string | null;
    readonly metadata: string | null;
  };
}

/** One step of a workflow, to be run by the original and by ours. */
export interface Case {
  readonly number: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly event: unknown;
  readonly world: StandInWorld;
}

/** What one of the two did. */
export interface Observed {
  readonly exitCode: number | null;
  /** The `buildx build` line, with the content of temporary files in place of their names; null where there was none. */
  readonly argv: readonly string[] | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
  readonly masks: readonly string[];
  readonly annotations: readonly string[];
  /** Access rights of the files that held secrets while buildx ran. */
  readonly secretModes: readonly string[];
  /** What the step wrote for the job's summary. */
  readonly summary: string;
  /** How often buildx was asked to build. */
  readonly builds: number;
  readonly seconds: number;
  /** Seconds from the start to the start of the first build. */
  readonly startSeconds: number | null;
  readonly log: string;
}
