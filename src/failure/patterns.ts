import type { FailureCause, FailureClass, StepKind } from './types.ts';

/** What the engine, the client or an exporter says, where the words alone tell whose fault it is. */
export interface EngineRule {
  readonly id: string;
  readonly class: FailureClass;
  readonly retryable: boolean;
  readonly when: RegExp;
  readonly unless?: RegExp;
  /** Only in steps of these kinds. */
  readonly kinds?: readonly StepKind[];
  /** The step's name must match. */
  readonly step?: RegExp;
  readonly component?: string;
  readonly cause?: FailureCause;
  readonly source: string;
}

/** In order; the first that matches decides. What is left over is decided by host and trouble (`engine.ts`). */
export const engineRules: readonly EngineRule[] = [
  // The machine
  {
    id: 'disk-full',
    class: 'disk-full',
    retryable: false,
    when: /no space left on device|disk quota exceeded|not enough space on the disk|\bENOSPC\b|not enough free space|input\/output error.*(?:overlay|snapshots)|database or disk is full/i,
    source: 'errno(3) ENOSPC, EDQUOT',
  },
  {
    id: 'engine-oom',
    class: 'out-of-memory',
    retryable: false,
    when: /cannot allocate memory|out of memory|OOMKilled|ResourceExhausted: .*(?:exit code: 137|memory)/i,
    source: 'errno(3) ENOMEM; solver/llbsolver/ops/exec.go',
  },

  // The Actions cache
  {
    id: 'gha-cache-host',
    class: 'gha-cache',
    retryable: true,
    when: /blob\.core\.windows\.net\/actions-cache|artifactcache\.actions\.githubusercontent\.com|\.actions\.githubusercontent\.com\S*\/(?:_apis\/artifactcache|twirp)|_apis\/artifactcache|github\.actions\.results\.api/i,
    component: 'gha-cache',
    source: 'tonistiigi/go-actions-cache cache.go, cache_v2.go',
  },
  {
    id: 'gha-cache-config',
    class: 'gha-cache',
    retryable: true,
    when: /failed to configure gha cache|for github actions cache|cache token expired at|gha-cache-sunset|token contains an invalid number of segments|invalid token without (?:claims|access)|actionsDbBackups/i,
    component: 'gha-cache',
    source: 'moby/buildkit cache/remotecache/gha/gha.go',
  },
  {
    id: 'gha-cache-words',
    class: 'gha-cache',
    retryable: true,
    when: /Cache service responded with|GitHub Actions is temporarily unavailable|failed to reserve cache|error committing cache|failed to parse error response \d+|unknown error [45]\d\d |Unable to reserve cache|(?:getCacheEntry|reserveCache|saveCache|commitCache) failed|CreateCacheEntry|GetCacheEntryDownloadURL|FinalizeCacheEntryUpload|uploadChunk|maximum timeout reached|requested delay .* exceeds maximum timeout|Failed to (?:save|restore):.*(?:cache|uploadChunk|getCacheEntry)|cache (?:reservation|export) failed|cache entry no longer exists|failed to commit cache/i,
    component: 'gha-cache',
    source: 'actions/toolkit packages/cache; go-actions-cache',
  },
  {
    id: 'gha-cache-export',
    class: 'gha-cache',
    retryable: true,
    when: /./s,
    kinds: ['cache-export'],
    step: /GitHub Actions/i,
    component: 'gha-cache',
    cause: 'cache-export',
    source: 'moby/buildkit solver/llbsolver/export.go',
  },
  {
    id: 'old-cache-export',
    class: 'gha-cache',
    retryable: true,
    when: /./s,
    kinds: ['cache-export'],
    step: /^(?:\[[^\]]*\] )?(?:exporting cache|preparing build cache for export|writing layer .*)$/,
    unless: /\/v2\/|failed to push|registry|s3|denied|unauthorized|permission/i,
    component: 'gha-cache',
    cause: 'cache-export',
    source: 'moby/buildkit before 0.12, where the step did not name its exporter',
  },
  {
    id: 'gha-cache-twirp',
    class: 'gha-cache',
    retryable: true,
    when: /error writing (?:layer|manifest) blob: (?:permission_denied|not_found|already_exists|resource_exhausted|unavailable|internal|unauthenticated|deadline_exceeded|unknown|canceled)\b/,
    component: 'gha-cache',
    cause: 'cache-export',
    source: 'tonistiigi/go-actions-cache cache_v2.go: the codes of twirp',
  },
  {
    id: 'cache-layer-write',
    class: 'gha-cache',
    retryable: true,
    when: /error writing layer blob|error writing manifest blob|writing cache index/i,
    unless: /\/v2\/|failed to push|unauthorized|denied|\b40[13]\b/i,
    component: 'gha-cache',
    cause: 'cache-export',
    source: 'moby/buildkit cache/remotecache/gha/gha.go',
  },
  {
    id: 'cache-blob-lost',
    class: 'gha-cache',
    retryable: true,
    when: /\bblob (?:sha256:(?:[0-9a-f]+|\*+):? )?not found|^blob not found|invalid status response \d+|failed to copy: (?:GET|PUT) https:\/\/\S+\.blob\.core|Egress is over the account limit|BlobNotFound|ERROR CODE: (?:AuthenticationFailed|ServerBusy|InternalError|OperationTimedOut)|unlazying blob/i,
    unless: /registry-1|\/v2\//,
    component: 'gha-cache',
    cause: 'cache-import',
    source: 'moby/buildkit#2332, #2836; Azure blob error codes',
  },

  {
    id: 'engine-image',
    class: 'registry-unavailable',
    retryable: true,
    when: /No such image: \S*moby\/buildkit/,
    component: 'docker.io',
    cause: 'boot',
    source: 'docker/build-push-action#332: the pull before it failed silently',
  },

  // The user's files, flags and rights
  {
    id: 'context-path',
    class: 'user-code',
    retryable: false,
    when: /failed to calculate checksum of ref|failed to walk |"\/[^"]*": not found|lstat \S+: no such file|COPY failed: |ADD failed: |forbidden path outside the build context|file not found in build context|no source files were specified/i,
    source: 'moby/buildkit cache/contenthash/checksum.go; moby/moby builder/dockerfile/copy.go: a missing source',
  },
  {
    id: 'dockerfile',
    class: 'user-code',
    retryable: false,
    when: /dockerfile parse error|Dockerfile parse error|unknown instruction|failed to parse (?:stage name|platform|flag|dockerfile)|circular dependency|target stage .* could not be found|unexpected end of statement|failed to process "|base name \(.*\) should not be blank|no build stage in current context|file with no instructions|failed to read dockerfile|failed to create LLB definition: (?:dockerfile|Dockerfile|the Dockerfile|unknown|base name|circular|failed to (?:parse|process))|the Dockerfile cannot be empty|invalid (?:window|escape token|containerPort|hostPort)|Syntax error - |syntax error|unable to (?:prepare context|evaluate symlinks)|invalid from flag value (?!.*(?:toomany|manifest))|invalid reference format|invalid field|requires (?:at least|exactly|either) |from image .* not found in|failed to resolve mount|mount .* not found|invalid mount/,
    unless: /toomanyrequests|failed to fetch remote|mount already exists/i,
    source: 'moby/buildkit frontend/dockerfile/{parser,instructions,dockerfile2llb}',
  },
  {
    id: 'client-flags',
    class: 'user-code',
    retryable: false,
    when: /invalid tag "|unsupported (?:secret|ssh|exporter|output|frontend|attestation|progress|compression) |unknown shorthand flag|unknown (?:command|option|driver)|invalid (?:argument|value|platform|output|type|secret|context name|reference|key-value|ulimit|memory|shm)|is not (?:currently )?supported for the (?:docker|\w+) (?:driver|exporter)|not supported (?:for|by) the|does not (?:currently )?support exporting|Multi-platform build is not supported|Cache export (?:feature is currently not|is not) supported|additional instances of driver|no builder "|failed to find (?:target|group)|could not find any|couldn't find a bake definition|failed to stat |secret \S+: not found|secret \S+ not found|stat \S+: no such file|open \S+: no such file or directory|is not a directory|path "[^"]*" not found|unable to find .*Dockerfile|does not exist$|entitlement|granting entitlement|failed to parse/i,
    unless: /docker\.sock|docker_engine|docker API|buildkitd|reference does not exist/i,
    source: 'docker/buildx commands/build.go, build/opt.go, bake/',
  },
  {
    id: 'certificate',
    class: 'user-code',
    retryable: false,
    when: /x509: |certificate signed by unknown|server gave HTTP response to HTTPS client|first record does not look like a TLS/,
    source: 'Go crypto/x509, net/http; the other libraries stand in distrust.ts',
  },
  {
    id: 'exec-format',
    class: 'user-code',
    retryable: false,
    when: /exec format error|no such file or directory: unknown|executable file not found in \$PATH/,
    unless: /error getting credentials/,
    source: 'runc; missing QEMU or shell',
  },
  {
    id: 'socket-rights',
    class: 'user-code',
    retryable: false,
    when: /permission denied.*docker(?:\.sock| daemon| API)|docker(?:\.sock| daemon| API).*permission denied/i,
    source: 'docker/cli client/errors.go; moby/moby client/request.go',
  },
  {
    id: 'git-rights',
    class: 'user-code',
    retryable: false,
    when: /could not read (?:Username|Password)|Permission denied \(publickey|Repository not found|failed to fetch remote .*exit status 128.*(?:not found|Authentication failed)|couldn't find remote ref|repository does not contain ref/i,
    source: 'git; moby/buildkit source/git',
  },

  // The builder
  {
    id: 'engine-state',
    class: 'builder',
    retryable: true,
    when: /parent snapshot .* does not exist|failed to load cache: |failed to (?:get deleted record|add (?:blob|snapshot) \S+ to lease|create (?:temporary )?lease|apply diffs|retrieve ref|find ref for|restore missing snapshot|extract layer|activate layer|commit snapshot|get edge|load (?:deleted cache|result from remote|cache result)|dial agent|find runc process|start noop process)|inconsistent graph state|buildkit scheduler error|mount callback failed|context cancell?ed before runc|container \S+ has (?:exited with error|stopped)|go-runc (?:failed|started)|ref \S+ is deleted|failure waiting for process|lease .*: not found|content digest sha256:[0-9a-f]+: not found|missing descriptor handlers|failed to load ref|failed to (?:prepare|stat|commit|get) .*snapshot|unable to find snapshot|No such container: buildx_buildkit|RST_STREAM|runc did not terminate|failed to create (?:shim|runc)|failed to (?:mount|unmount) \S*buildkit|mount already exists|ref \S+ locked|unknown blob sha256|error mounting .*(?:proc|sysfs)/i,
    unless: /no such host|\/v2\/|no space|lchown|operation not permitted|invalid argument|permission denied/i,
    source: 'moby/buildkit cache/, solver/, executor/; containerd core/snapshots, core/diff',
  },
  {
    id: 'engine-lost',
    class: 'builder',
    retryable: true,
    when: /failed to receive status|failed to get status|frontend grpc server closed unexpectedly|error reading from server: EOF|failed to list workers|listing workers for Build|failed to get status: rpc error|transport is closing|closing transport|error while dialing|code = Unavailable|Unavailable: |graceful_stop|client connection is closing|session healthcheck|no active sessions?|session (?:failed|closed)|http2: (?:client connection lost|server sent GOAWAY)|frame too large|connection error: desc|buildkitd? (?:is not running|exited|crashed|died)|could not connect to (?:buildkit|unix)|(?:failed|unable) to connect to buildkit|timed out waiting for buildkit|expected container state running|flightcontrol: exceeded|failed to copy to tar: EOF|unable to upgrade to (?:h2c|tcp)|failed to dial gRPC|Error: failed to start builder|no running buildkit pods|expected \d+ replicas to be ready|failed to connect to pod|failed to bootstrap|no buildkit client found|no workers available|waiting for (?:BuildKit: |connections to become ready)|make sure (?:buildkitd|containerd) is running|failed to hijack connection|failed to initialize builder|container .* is not running|error during connect/i,
    unless: /toomanyrequests|\bregistry-1|\/v2\/|failed to authorize|failed to do request/i,
    source: 'gRPC; docker/buildx driver/; moby/buildkit client/',
  },
  {
    id: 'daemon-down',
    class: 'builder',
    retryable: true,
    when: /Cannot connect to the Docker daemon|failed to connect to the docker API|Is the docker daemon running|no valid drivers found|(?:docker|buildkitd)(?:\.sock|_engine).*(?:no such file|connection refused|connect:|cannot find the file)/i,
    source: 'docker/cli',
  },
];

/** Texts of the engine that a user's program does not print: they let a log without steps be read as the engine's. */
export const engineVoice =
  /\/v2\/|rpc error: code|^unauthorized: |^request failed with status: |no matching manifest|error pulling image|failed to initialize builder|docker\.sock|buildkitd\.sock|failed to (?:solve|get status|push|authorize|fetch (?:oauth|anonymous) token|do request|copy|resolve (?:source metadata|reference)|compute cache key|receive status|configure|register layer|pull|connect to the docker)|Error response from daemon|^(?:\w+ )?denied: |": denied$|access denied|toomanyrequests|manifest (?:unknown|for \S+ not found)|error (?:building|pushing) image|httpReadSeeker|unexpected status (?:code|from)|buildx|auth\.docker\.io|booting buildkit|writing layer blob|docker daemon|Received unexpected HTTP status|The push refers to|pushing to registry|no such host.*registry|Tried to push|creating layer with ID|Pulling (?:from|repository|fs)|any registry endpoint|blob upload|BLOB|unknown blob|no active session|cache service|artifactcache|getCacheEntry|uploadChunk|failed to parse error response|artifactregistry\.repositories\.|creating build container: |registry auth token|Trying to pull repository |Failed to fetch feature: |(?:writing|storing|copying|reading) blob|happened during read|unable to copy from source|copying system image|initializing source docker|perform: ecr:/i;
