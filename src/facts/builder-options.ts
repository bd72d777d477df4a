/** How a builder was created, as `docker buildx inspect` tells it: enough to create one like it. */
export interface BuilderOptions {
  /** Where its container would run: an address or a docker context. */
  readonly endpoint: string;
  /** `network=host`, `env.NO_PROXY=a,b`; without the image. */
  readonly driverOptions: readonly string[];
  /** Flags of its BuildKit daemon in one line; empty for none. */
  readonly flags: string;
  /** Platforms that were configured by hand. */
  readonly platforms: readonly string[];
  /** `buildkitd.toml` and the certificates that it names, by their paths in the container's /etc/buildkit. */
  readonly files: ReadonlyMap<string, string>;
}

/** buildx gives this to every builder (builder/builder.go `Create`), and would give it twice. */
const ADDED_BY_BUILDX = /(?:^| )--allow-insecure-entitlement=network\.host$/;

/** Reads `docker buildx inspect` (docker/buildx commands/inspect.go); null where the builder has several nodes. */
export function builderOptionsFrom(text: string): BuilderOptions | null {
  const [, ...nodes] = text.split(/^Name:/m).slice(1);
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) return null;
  const valueOf = (key: string): string => new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(node)?.[1]?.trim() ?? '';
  const options = [...valueOf('Driver Options').matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = '', quoted = '""']) => `${name}=${JSON.parse(quoted) as string}`,
  );
  return {
    endpoint: valueOf('Endpoint'),
    driverOptions: options.filter((option) => !option.startsWith('image=')),
    flags: valueOf('BuildKit daemon flags').replace(ADDED_BY_BUILDX, ''),
    platforms: valueOf('Platforms')
      .split(',')
      .map((platform) => platform.trim())
      .filter((platform) => platform.endsWith('*'))
      .map((platform) => platform.slice(0, -1)),
    files: filesIn(node),
  };
}

/** `File#buildkitd.toml:`, then each line behind ` > `. */
function filesIn(node: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [, name = '', body = ''] of node.matchAll(/^File#(.+):\n((?: > .*\n?)*)/gm)) {
    files.set(name, body.replace(/^ > /gm, ''));
  }
  return files;
}
