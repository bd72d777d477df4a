import { distrusts } from './distrust.ts';

/**
 * What can be wrong between two machines, as the libraries of many languages say it.
 * The vocabulary knows no speaker: `program.ts` and `engine.ts` ask who said it, and about which host.
 */
export type Trouble =
  | 'certificate'
  | 'local-proxy'
  | 'unauthorized'
  | 'forbidden'
  | 'rate-limit'
  | 'dns'
  | 'not-found'
  | 'server-error'
  | 'tls'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'reset'
  | 'corrupt';

/** Troubles that another try, another source or another hour may cure. */
const passing: ReadonlySet<Trouble> = new Set<Trouble>([
  'rate-limit',
  'dns',
  'server-error',
  'tls',
  'timeout',
  'refused',
  'unreachable',
  'reset',
  'corrupt',
]);

export function isPassing(trouble: Trouble): boolean {
  return passing.has(trouble);
}

export interface TroublePhrase {
  readonly trouble: Trouble;
  readonly when: RegExp;
  readonly source: string;
}

/** An HTTP status with the words that servers and clients put around it; a bare number is none. */
function status(codes: string, reasons: string): RegExp {
  const before = String.raw`(?:status(?:[ _-]?code)?(?: is| of)?[:= ]+|HTTP(?:S)?(?:\/[\d.]+)?"? ?(?:error|status(?: code)?|response)?:? ?|error:? |responded with(?: status)?(?: code)? |returned(?: error)?:? |got |RESPONSE |response(?::|\.{3})? |code:? |(?:^|\s)E|FETCH_|- |: )\(?`;
  return new RegExp(
    String.raw`${before}(?:${codes})\b(?![.:]\d|\d)|\b(?:${codes})[ :-]{1,3}(?:${reasons})|(?:${codes}) (?:Server|Client) Error`,
    'i',
  );
}

const net = 'Go net and net/http';
const libc = 'getaddrinfo(3), errno(3)';

/** First match wins, after `distrust.ts`: what names a lasting cause comes before what merely ends a connection. */
export const troublePhrases: readonly TroublePhrase[] = [
  {
    trouble: 'local-proxy',
    source: 'Go net/http transport.go `proxyconnect`',
    when: /proxyconnect tcp: (?:dial tcp (?:127\.|\[::1\]|localhost)|lookup \S+ .*(?:no such host))|proxyconnect.*(?:127\.0\.0\.1|localhost|\[::1\])/i,
  },
  {
    trouble: 'rate-limit',
    source: 'OCI distribution-spec TOOMANYREQUESTS; RFC 6585',
    when: /toomanyrequests|too many requests|rate ?limit(?:ed|s)?\b(?!er)|\bSlowDown\b|reduce your request rate|Throttling(?:Exception)?\b|RequestLimitExceeded|Rate exceeded|pull rate limit|secondary rate/i,
  },
  { trouble: 'rate-limit', source: 'RFC 6585', when: status('429', 'Too Many|status code|Client Error') },
  {
    trouble: 'dns',
    source: `${net}: lookup HOST`,
    when: /\blookup [^\s:]+(?: on \S+)?: |no such host|server misbehaving/,
  },
  {
    trouble: 'dns',
    source: libc,
    when: /(?:Temporary|Transient) failure (?:in name resolution|resolving)|(?:getaddrinfo failed|address information): Try again|Name or service not known|No address associated with hostname|No such host is known|The remote name could not be resolved|nodename nor servname|Name does not resolve|getaddrinfo|EAI_(?:AGAIN|FAIL|NONAME)|\bENOTFOUND\b/i,
  },
  {
    trouble: 'dns',
    source: 'curl(1) exit 6, wget(1), busybox wget, apt, apk, Java, reqwest, urllib3, dnf',
    when: /Could(?: not|n't) resolve (?:host|hostname|proxy)|Could not resolve '|unable to resolve host|bad address '|DNS (?:error|lookup)|DNS: |dns error|UnknownHost(?:Exception|Error)|Unknown host:? |failed to (?:lookup|resolve) address|NameResolutionError|Failed to resolve '|Host not found|\bHost [\w-]+(?:\.[\w-]+)+ not found|name resolution (?:failed|error|failure)|Unable to resolve host|Resolving timed out|\bESERVFAIL\b|UnresolvedAddressException|specified hostname could not be found|:nxdomain\b/i,
  },
  {
    trouble: 'unauthorized',
    source: 'RFC 9110; OCI UNAUTHORIZED',
    when: status('401', 'Unauthorized|Authorization|Client Error'),
  },
  {
    trouble: 'unauthorized',
    source: 'OCI distribution-spec; registries',
    when: /\bunauthorized\b|authentication required|insufficient_scope|no basic auth credentials|incorrect username or password|authorization token has expired|\bE401\b/i,
  },
  { trouble: 'forbidden', source: 'RFC 9110; OCI DENIED', when: status('403', 'Forbidden|Client Error|Server failed') },
  {
    trouble: 'forbidden',
    source: 'OCI distribution-spec DENIED',
    when: /\bdenied: |access denied|\bE403\b|\bforbidden\b/i,
  },
  {
    trouble: 'server-error',
    source: 'RFC 9110; Cloudflare 52x',
    when: status(
      '50[0234]|508|509|52[0-9]|530',
      'Internal Server|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out|status code|Server Error|Origin|backend|Backend|Web server|first byte|Egress|Server Unavailable|Server is busy|unknown',
    ),
  },
  {
    trouble: 'server-error',
    source: 'servers’ own words',
    when: /\b(?:internal[ _]server[ _]error|bad[ _]gateway|service[ _](?:temporarily )?unavailable|gateway[ _]time-?out|temporarily unavailable|services aren't available|backend fetch failed|upstream connect error|no healthy upstream|upstream server is timing out|temporarily unable to service|Guru Meditation|Unicorn! |something went wrong \(500\)|too many 5\d\d error responses|ServerBusy|UNKNOWN: "?unknown error|\bE50[0234]\b)/i,
  },
  { trouble: 'not-found', source: 'RFC 9110', when: status('404|410', 'Not Found|Gone|Client Error|The specified') },
  { trouble: 'not-found', source: 'RFC 9110; npm', when: /\b404\b.{0,40}not found|\bE404\b/i },
  {
    trouble: 'tls',
    source: `${net}; OpenSSL; GnuTLS; Schannel`,
    when: /TLS handshake timeout|SSL_ERROR_SYSCALL|SSL connect error|gnutls_handshake\(\) failed|GnuTLS recv error|unexpected eof while reading|SSLEOFError|EOF occurred in violation of protocol|handshake (?:failure|failed|terminated)|Unable to establish SSL|terminated the handshake|SSLV3_ALERT|tls: (?:unexpected message|bad record MAC|use of closed)|bad record mac|error:0A000126|TLS connection was non-properly terminated|before secure TLS connection|tls: internal error|alert(?:: | )internal[ _]error|Tag mismatch|peer shut down incorrectly|decryption failed|SSL connection could not be established|SYSCALL returned=|Handshake(?:Failed Error_EOF|Exception: Connection terminated)/i,
  },
  {
    trouble: 'timeout',
    source: `${net}; ${libc}; Node; Java; curl exit 28; urllib3`,
    when: /i\/o timeout|context deadline exceeded|Client\.Timeout|DeadlineExceeded|deadline has elapsed|(?<![\w@/.-])timed?[- ]?out\b(?!-\w)|(?<![\w@/-])timeout\b(?!-\w|@|\/| ?[=:]? ?\d+\s*[),])|ETIMEDOUT|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|UND_ERR_\w*TIMEOUT|ReadTimeout|ConnectTimeout|ResponseTimeout\b|OpenTimeout|SocketTimeout|Operation too slow|Connect Timeout|Connection ?Timeout|did not properly respond after a period|": no response$|low speed|request canceled/i,
  },
  { trouble: 'refused', source: libc, when: /connection refused|ECONNREFUSED|ConnectionRefused|actively refused/i },
  {
    trouble: 'unreachable',
    source: libc,
    when: /network is unreachable|no route to host|host is unreachable|EHOSTUNREACH|ENETUNREACH|ENETDOWN|cannot assign requested address|can't connect to remote host|Failed to connect to|Unable to connect to|Could not connect to|Cannot connect to|NewConnectionError|connect error|connection (?:attempt )?failed|CONNECTION FAILED|FailedToOpenSocket|could not reach (?:host|any)|couldn't connect to|network connectivity|network (?:is )?(?:unreachable|down)\b|host is down|endpoint is not connected|trouble with your network|tunneling socket could not be established/i,
  },
  {
    trouble: 'reset',
    source: `${net}; ${libc}; HTTP/2 RFC 9113; Node; urllib3; Java`,
    when: /reset by peer|ECONNRESET|ConnectionReset|Connection reset|connection was (?:reset|closed|aborted)|broken pipe|\bEPIPE\b|closed network connection|read\/write on closed pipe|stream error|INTERNAL_ERROR|HTTP\/2 (?:stream|framing)|HTTP2 framing|GOAWAY|client connection (?:lost|force closed)|Recv failure|Send failure|Remote end closed|RemoteDisconnected|closed (?:the )?connection|closed response body|ProtocolError|IncompleteRead|ChunkedEncodingError|transfer closed|unexpected EOF|\bEOF\b|Empty reply|early EOF|hung up|socket hang ?up|socket disconnected|Premature (?:close|end)|NoHttpResponse|failed to respond|Connection (?:aborted|closed|dropped|broken)|ConnectionClosed|server closed|connection closed|Error reading from server|Undetermined Error|end of file|stream was not closed cleanly|not closed cleanly|aborted by the software|ECONNABORTED|connResetException|TLSSocket\.socket\w+Listener|error sending request|terminated prematurely|response ended|cannot reuse body, request must be retried|error decoding response body|Error in the (?:pull|HTTP2)|Invalid response body while trying to fetch|Failure when receiving data|Failed sending data|Transferred a partial file|Server returned nothing|Network dropped connection|Software caused connection abort|HTTP\/3 error|QUIC connection error|proxy handshake error|Proxy CONNECT aborted|Weird server reply|end of response with|unexpected end of stream|header parser received no bytes|ClosedChannelException|other side closed|TypeError: terminated|ClientPayloadError|ServerDisconnected|httpcore\.\w+Error|client error \((?:SendRequest|Connect)\)|IncompleteMessage|TransportError\{reason|HTTPoison\.Error\{|socket_closed_remotely|truncated HTTP response|error in socket IO|connection unexpectedly closed|Interrupted by header callback|Bad header line|retrieval incomplete|error reading a body|expected flush after|network connection was lost|ERR_STREAM_PREMATURE_CLOSE|(?<!Package )fetch failed|error occurred while sending the request/i,
  },
  {
    trouble: 'corrupt',
    source: 'apt-pkg/acquire-item.cc; proxies and mirrors in mid-sync',
    when: /Hash Sum mismatch|did not match the one specified in 'Content-Length' header|unexpected size|size mismatch, file size|decompression error|Failed writing received data to disk\/application|Mirror sync in progress|Writing more data than expected|NOSPLIT|malformed MIME header|malformed HTTP response|BAD signature|bad archive|unexpected commit (?:digest|size)|failed to read expected number of bytes|failed size validation|Unexpected end of JSON input while parsing near '\.{3}|Splitting up .* failed/i,
  },
  {
    trouble: 'reset',
    source: 'libgit2 git_error_t: of a transfer, nothing else can break there',
    when: /class=(?:Net|Zlib)\b/,
  },
  // What curl's number says when its words do not: curl(1) EXIT CODES.
  { trouble: 'dns', source: 'curl(1)', when: /\bcurl(?: error|:)? \(?(?:5|6)\)?(?!\d)/i },
  { trouble: 'unreachable', source: 'curl(1)', when: /\bcurl(?: error|:)? \(?7\)?(?!\d)/i },
  {
    trouble: 'timeout',
    source: 'curl(1)',
    when: /\bcurl(?: error|:)? \(?28\)?(?!\d)|\bcurl\b.* exited with code 28\b/i,
  },
  { trouble: 'tls', source: 'curl(1)', when: /\bcurl(?: error|:)? \(?35\)?(?!\d)/i },
  {
    trouble: 'reset',
    source: 'curl(1)',
    when: /\bcurl(?: error|:)? \(?(?:16|18|52|55|56|92|95)\)?(?!\d)|\bcurl\b.* exited with code (?:18|52|56)\b/i,
  },
];

export function readTrouble(text: string): Trouble | null {
  if (distrusts(text)) return 'certificate';
  return troublePhrases.find((phrase) => phrase.when.test(text))?.trouble ?? null;
}

const httpStatus = /(?:^|[^\w.])E?([45]\d\d)(?![\d.])/;

/** The HTTP status in a line of which `readTrouble` said that it holds one. */
export function readStatus(text: string): number | null {
  const match = httpStatus.exec(text.replace(/https?:\/\/\S+/g, ' ').replace(/[0-9a-f]{12,}/g, ' '));
  return match?.[1] === undefined ? null : Number(match[1]);
}

const retryAfter = /retry-?after[:= ]+"?(\d+(?:\.\d+)?)\s*(ms|milliseconds|s\b|sec|m\b|min)?/i;

/** A wait that the service itself asked for. */
export function readRetryAfterMs(text: string): number | null {
  const match = retryAfter.exec(text);
  if (match?.[1] === undefined) return null;
  const unit = match[2] ?? 's';
  const factor = unit.startsWith('ms') || unit.startsWith('milli') ? 1 : unit.startsWith('m') ? 60_000 : 1000;
  return Math.round(Number(match[1]) * factor);
}
