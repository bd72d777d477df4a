import type { Voice } from './voices.ts';

const goModule = String.raw`(?:[a-z0-9.-]+\.[a-z]{2,}\/[^\s:]*@v[^\s:]+|@v\/)`;

/** Go, Node, Python and Rust. */
export const languageVoices: readonly Voice[] = [
  // Go
  {
    id: 'go-get',
    class: 'go-proxy',
    level: 'error',
    when: /^(?:go(?: mod download)?: .*(?:@v|module|Get "?https?:|reading |finding |download|import path|verifying|git fetch|unrecognized)|.*\bverifying (?:go\.mod|module)|.*: reading https?:\/\/)/,
    unless: /exec: |^go: downloading \S+ v\S+$/,
    reach: 1,
    source: 'golang/go cmd/go/internal/modfetch',
  },
  {
    id: 'go-module',
    class: 'go-proxy',
    level: 'error',
    when: new RegExp(
      String.raw`(?:^|: |\s)${goModule}.*?: (?:Get "|read "|stream error|unexpected EOF|reading |dial |i\/o|net\/http|.*(?:connection|timeout|EOF))`,
      'i',
    ),
    source: 'golang/go cmd/go/internal/modload',
  },
  {
    id: 'go-proxy-host',
    class: 'go-proxy',
    level: 'error',
    when: /\b(?:proxy\.golang\.org|sum\.golang\.org|goproxy\.\w+)\b.*: /,
    source: 'go.dev/ref/mod#goproxy-protocol',
  },
  {
    id: 'go-vanity',
    class: 'go-proxy',
    level: 'error',
    when: /unrecognized import path .*(?:https fetch|parse https)|\?go-get=1"?: /,
    source: 'golang/go cmd/go/internal/vcs',
  },

  // Node
  {
    id: 'browser-download',
    class: 'network',
    level: 'error',
    when: /(?:^|npm (?:ERR!|error) )(?:Error: )?Failed to (?:download|install) (?:browsers|(?:chrom\w*|firefox|webkit|ffmpeg|edge)\b)/i,
    reach: 3,
    source: 'playwright, puppeteer: their download runs inside `npm install`',
  },
  {
    id: 'npm',
    class: 'package-mirror',
    level: 'error',
    when: /^npm (?:ERR!|error) |\bERR_PNPM_(?:FETCH_5|META_FETCH_FAIL|TARBALL)|^(?:\S+ )?ERR_SOCKET_TIMEOUT/,
    source: 'npm/cli lib/utils/error-message.js; pnpm.io/errors',
  },
  {
    id: 'npm-retry',
    class: 'package-mirror',
    level: 'warning',
    when: /^(?:npm (?:WARN|warn|http)|\s*\[?WARN\]?\s+(?:GET|POST|HEAD) https?:)/,
    unless: /deprecated/,
    source: 'npm/make-fetch-happen; pnpm fetch',
  },
  {
    id: 'pnpm-aborted',
    class: 'package-mirror',
    level: 'error',
    within: /\bpnpm\b|WARN\]? +GET https?:/,
    when: /^(?:\[\d+\] |TimeoutError: )The operation was aborted due to timeout/,
    back: 3,
    source: 'pnpm 11',
  },
  {
    id: 'yarn',
    class: 'package-mirror',
    level: 'error',
    when: /^(?:error An unexpected error occurred: "https?:|error (?:Error: )?"?https?:\/\/|.*YN\d{4}: .*(?:RequestError|HTTPError|TimeoutError|FetchError|Request |connect |read )|.*\bRequestError: |info There appears to be trouble with your network)/,
    source: 'yarnpkg/yarn src/util/request-manager.js; yarnpkg/berry',
  },
  {
    id: 'bun',
    class: 'package-mirror',
    level: 'error',
    when: /^error: (?:(?:GET|HEAD) https?:\/\/\S+ - \d+|(?:\w+ )?(?:Connection\w+|FailedToOpenSocket|Timeout|DNS\w*|HTTP\w*) (?:downloading|extracting|resolving|fetching))/,
    source: 'oven-sh/bun src/install',
  },
  {
    id: 'node-binary',
    class: 'network',
    level: 'error',
    when: /^(?:Error: )?(?:Failed to download (?!from dist)\S+|Download (?:failed|failure)|error (?:installing|downloading)|gyp ERR! stack (?:Error|FetchError)|FetchError: |RequestError: |HTTPError: )/i,
    reach: 3,
    back: 6,
    source: 'node-gyp, playwright, cypress, puppeteer, electron, prebuild-install',
  },

  // Python
  {
    id: 'pip-retry',
    class: 'package-mirror',
    level: 'warning',
    when: /Retrying \(Retry\(total=\d|after connection broken by/,
    source: 'pypa/pip; urllib3 util/retry.py',
  },
  {
    id: 'pip-error',
    class: 'package-mirror',
    level: 'error',
    when: /^ERROR: (?:Could not install packages due to an (?:OSError|EnvironmentError): |HTTP error \d+ while getting|.*(?:HTTPSConnectionPool|Connection to \S+ timed out|HTTPError))|^pip\._vendor\.\S*(?:Error|Exception|Timeout|timeout)|incomplete-download/,
    source: 'pypa/pip src/pip/_internal',
  },
  {
    id: 'pip-traceback',
    class: 'package-mirror',
    level: 'error',
    within: /\bpip\/_(?:vendor|internal)\/|python-wheels\/(?:urllib3|requests)/,
    when: /^[\w.]*(?:Error|Exception|[Tt]imeout|RemoteDisconnected|IncompleteRead)\b(?::|\()/,
    source: 'pypa/pip tracebacks',
  },
  {
    id: 'uv-poetry',
    class: 'package-mirror',
    level: 'error',
    when: /^(?:×\s*|error: )(?:Failed to (?:fetch|download|prepare|extract))|^Failed to (?:fetch|download)(?:: `|:$| distributions)|Request failed after \d+ retries|^(?:├─▶|╰─▶) /,
    reach: 5,
    source: 'astral-sh/uv; python-poetry/poetry',
  },
  {
    id: 'poetry-offline',
    class: 'package-mirror',
    level: 'error',
    means: 'unreachable',
    when: /^All attempts to connect to \S+ failed|Could not connect, are you offline/,
    source: 'python-poetry/poetry',
  },
  {
    id: 'conda',
    class: 'package-mirror',
    level: 'error',
    when: /^(?:CondaHTTPError: |CondaSSLError|Download error \(\d+\)|(?:critical|error) +libmamba .*|.*Multi-download failed|An HTTP error occurred when trying to retrieve)/,
    reach: 6,
    source: 'conda/conda gateways/connection; mamba-org/mamba',
  },

  // Rust. Cargo calls any trouble of a fetch "spurious network error"; what follows the colon says what it was.
  {
    id: 'cargo-spurious',
    class: 'package-mirror',
    level: 'warning',
    when: /spurious network error/,
    unless: /class=(?:Os|Filesystem|Config|Index)\b/,
    source: 'rust-lang/cargo util/network/retry.rs',
  },
  {
    id: 'cargo-download',
    class: 'package-mirror',
    level: 'error',
    within: /\bcargo\b|crates|rust|Updating .* index|spurious network|^Caused by:/i,
    supposes: 'unreachable',
    when: /^(?:error: )?failed to download (?:from|any data)/i,
    reach: 8,
    source: 'rust-lang/cargo',
  },
  {
    id: 'cargo-error',
    class: 'package-mirror',
    level: 'error',
    within: /\bcargo\b|crates|rust|Updating .* index|spurious network|^Caused by:/i,
    when: /^error: (?:failed to (?:download|get|fetch|query|update|load source)|unable to get packages|unable to update registry)|^(?:failed to (?:download|fetch|query|update) |network failure|download of )|^\[\d+(?:\/-?\d+)?\] |unable to update registry|failed to download (?:from|any data)|class=(?:Net|Ssl|Http)\b/i,
    reach: 8,
    source: 'rust-lang/cargo',
  },
  {
    id: 'rustup',
    class: 'package-mirror',
    level: 'error',
    when: /^(?:error|warn(?:ing)?): (?:could not download (?:file|nonexistent)|component download failed|failed to (?:download|fetch)|.*retrying download)/,
    reach: 6,
    source: 'rust-lang/rustup',
  },
];
