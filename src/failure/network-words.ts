/** Words that a library of a runtime prints only of a connection to another machine, and who does. */
interface NetworkWords {
  readonly when: RegExp;
  readonly source: string;
}

/**
 * Stricter than `trouble.ts`, which reads what is wrong once it is known that a tool speaks: nothing here is also a name,
 * an option or a word of prose. Who prints such a line was talking to the network.
 */
const networkWords: readonly NetworkWords[] = [
  {
    source: 'errno(3), getaddrinfo(3)',
    when: /connection (?:timed out|refused|failed\b|reset\b|was reset|aborted|attempt failed)|reset by peer|network (?:is )?(?:unreachable|down)\b|network dropped connection|software caused connection abort|endpoint is not connected|no route to host|host is (?:down|unreachable)|(?:temporary|transient) failure (?:in name resolution|resolving)|failure in name resolution|name or service not known|name does not resolve|no address associated with hostname|host temporarily unavailable|\berrno[ :=]*-?(?:101|104|110|111|113)\b|getaddrinfo|resource temporarily unavailable \([\w.-]+:\d+\)/i,
  },
  {
    source: 'errno(3) by its symbols: Node, Ruby, Go, Erlang',
    when: /\b(?:ECONNRESET|ETIMEDOUT|ECONNREFUSED|ECONNABORTED|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EAI_FAIL|ENOTFOUND|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE)\b|failed_connect|socket_closed_remotely|\{inet, ?\[inet6?\], ?:?\w+\}|ERR_(?:CONNECTION|NETWORK|NAME_NOT)_\w+/i,
  },
  {
    source: 'Go net, net/http',
    when: /dial (?:tcp|udp)|: lookup \S+|\blookup \S+ on \S+:|i\/o timeout|TLS handshake timeout|Client\.Timeout|net\/http: |stream error: stream ID|http2: (?:server sent GOAWAY|client connection|timeout awaiting)|(?:Get|Post|Head|Put) "?https?:\/\/\S+: (?:EOF|unexpected EOF|context deadline)/i,
  },
  {
    source: 'Go net/url `url.Error`: what a client says of a request that was not answered, and which layer says it',
    when: /\b(?:Get|Head|Post|Put|Patch|Delete) "https?:\/\/[^\s"]{1,2000}": (?:net\/http|dial|read|write|http2?|tls|remote error|local error|stream error|proxyconnect|lookup|transport|server closed|connection|bufio|socks|unexpected EOF|EOF|i\/o|context deadline|malformed HTTP)\b/,
  },
  {
    source: 'OpenSSL, GnuTLS, NSS, Schannel, rustls, JSSE',
    when: /SSL_ERROR_SYSCALL|\bSSL[_ ]read\b|SSL_ERROR_ZERO_RETURN|SSL[_ ]connect|gnutls_handshake\(\) failed|GnuTLS(?: recv|, handshake)? (?:recv )?(?:error|failed)|TLS connection was non-properly|handshake (?:operation )?timed out|handshake (?:terminated|failed)|during (?:TLS |SSL )?handshake|EOF occurred in violation of protocol|bad record mac|HandshakeException|SSL connection (?:timeout|could not be established)|unable to establish SSL|unexpected eof while reading|TLS: (?:unspecified|handshake) error/i,
  },
  {
    source: 'java.net, Apache HttpClient, OkHttp',
    when: /(?:Socket|ConnectTimeout|SocketTimeout|UnknownHost|HttpHostConnect|NoHttpResponse|NoRouteToHost|ConnectionClosed|ConnectionPoolTimeout|java\.net\.Connect|SSLHandshake|ConnectionShutdown)Exception|Unknown host:? [\w-]+\.|Read timed out|connect(?:ion)? timed out|Premature end of (?:Content-Length|chunk)|Remote host (?:closed|terminated)|failed to respond\b|Connection (?:reset|closed|refused)\b|unexpected end of stream|peer shut down incorrectly|SSLException: (?:Tag mismatch|Received fatal alert: internal_error)|header parser received no bytes|UnresolvedAddressException|(?:Closed|Connect|Stream)\w*(?:Channel|Timeout|Reset)Exception|Http(?:Connect)?TimeoutException|Premature EOF/,
  },
  {
    source: '.NET System.Net.Http',
    when: /HttpRequestException|response ended prematurely|A connection attempt failed|An error occurred while sending the request|The request was canceled due to the configured HttpClient\.Timeout|remote name could not be resolved|HttpClient\.Timeout of \d+|0 bytes from the transport stream|The HTTP request to '\w+ https?:\S+' has timed out|The operation has timed out\b|underlying connection was closed/i,
  },
  {
    source: 'Node http, undici, node-fetch, got, axios, request',
    when: /socket hang up|(?<!Package )\bfetch failed\b|TypeError: terminated|UND_ERR_\w+|\b(?:Headers|Body)TimeoutError\b|other side closed|queryA+ E\w+|network timeout at|network socket disconnected|Premature close|\bRequestError: |TimeoutError: .*(?:https?:|request)|Request to \S+ timed out|request to https?:\S+ failed, reason:|operation was aborted due to timeout|Connect Timeout Error|AxiosError: (?:read|connect|timeout)|Error when performing the request|(?<!spurious )\bnetwork error\b/i,
  },
  {
    source: 'Python socket, urllib, urllib3, requests, httpx, aiohttp',
    when: /urlopen error|\b(?:Connect|Read|Pool)Timeout(?:Error)?\b|Max retries exceeded|NewConnectionError|NameResolutionError|RemoteDisconnected|Remote end closed connection|IncompleteRead|ChunkedEncodingError|ConnectionResetError|ConnectionRefusedError|RemoteProtocolError|ServerDisconnectedError|ClientPayloadError|httpcore\.\w+(?:Error|Timeout)|too many 5\d\d error responses|ClientConnector\w*Error|(?:read|handshake|write) operation timed out|socket\.timeout|socket\.gaierror|requests\.exceptions\.(?:Connection|SSL|Proxy)Error|ContentTooShortError|retrieval incomplete|We couldn't connect to/,
  },
  {
    source: 'Ruby net/http, Faraday, Excon',
    when: /Net::(?:Open|Read|Write)Timeout|execution expired|Errno::E(?:CONN|TIMED|HOST|NET)\w+|too many connection resets|\bSocketError\b|end of file reached|Failed to open TCP connection|Faraday::(?:Connection|Timeout)\w+|Excon::\w*(?:Socket|Timeout)\w*/,
  },
  {
    source: 'PHP curl and streams; Perl LWP, HTTP::Tiny',
    when: /curl error \d+\b|php_network_getaddresses|stream_socket_client\(\)|failed to open stream: (?:Connection|HTTP request failed|operation failed)|Timed out while waiting for socket|Can't connect to [\w.-]+:\d+|599 Internal Exception|Could not connect to '[\w.-]+:\d+'/i,
  },
  {
    source: 'Rust hyper, reqwest, curl-rust; Zig std.http; Swift URLSession',
    when: /error sending request|error trying to connect|client error \((?:Connect|SendRequest)\)|hyper::Error\(|without sending TLS close_notify|network connection was lost|specified hostname could not be found|tcp connect error|\bdns error\b|connection closed before message completed|operation timed out|error decoding response body|error reading from http|error reading a body from connection|\bConnection(?:TimedOut|ResetByPeer|Refused)\b|TemporaryNameServerFailure|NameServerFailure|UnknownHostName|NSURLErrorDomain|failed to lookup address/i,
  },
  {
    source: 'Haskell http-client, Dart dart:io, R curl, Common Lisp usocket, Racket, libgit2, Subversion, Mercurial',
    when: /^\s*(?:ConnectionTimeout|ConnectionFailure|ResponseTimeout|NoResponseDataReceived|IncompleteHeaders|ConnectionClosed)\b|ConnectionFailure |\} ResponseTimeout\b|HandshakeFailed Error_EOF|\bTRY_AGAIN\b|Mint\.TransportError|HTTPoison\.Error|Connection closed before full header|Connection terminated during handshake|truncated HTTP response|E120106|Got socket error|SocketException: |USOCKET:\S+-ERROR|tcp-connect: |class=(?:Net|Ssl|Http)\b|Class:(?:Net|Ssl|Http)\b|E1701(?:13|3)\b|E000(?:110|111|101|104|113)\b|abort: error: (?:Connection|Temporary|Name|Network|No route)/,
  },
  {
    source: 'libcurl-errors(3), curl(1); R utils::download.file',
    when: /\bcurl(?: ?error|:|#)? ?[[(]?(?:5|6|7|16|18|28|35|52|55|56|92|95)[\])]?(?!\d|[.:]\d)|Operation timed out|Operation too slow|Timeout (?:of \d+ seconds )?was reached|Connection timed out after|Could(?: not|n't) resolve (?:host|proxy)|Resolving timed out|Could(?: not|n't) connect to server|Failed to connect to|transfer closed with|not closed cleanly|Empty reply from server|Recv failure|Send failure|Failed sending data|Failure when receiving data|HTTP2 framing|HTTP\/2 stream|Error in the (?:HTTP2|pull)|SSL connection timeout|Transferred a partial file|Server returned nothing|HTTP\/3 error|QUIC connection error|Weird server reply|end of response with \d|from proxy after CONNECT|Proxy CONNECT aborted|Stream error in the HTTP\/2|exited with code (?:6|7|28|35|52|56)\b|\berrorCode=(?:2|5|6|19|29)\b|\bexit code (?:12002|12007|12029|12030|12152)\b/i,
  },
  {
    source: 'wget(1), busybox wget, git, rsync(1)',
    when: /unable to resolve host|bad address '|Read error (?:at byte|\()|can't connect to remote host|wget(?::| returned) (?:connection |4\b|error getting response)|the remote end hung up|early EOF|RPC failed|unexpected disconnect|expected flush after|rsync error: (?:error|timeout) (?:in|waiting)|rsync: connection unexpectedly|rsync: failed to connect|unable to access 'https?:(?!.*(?:40[0-9]|certificate))/i,
  },
  {
    source: 'frames of the libraries themselves, above which an error came',
    when: /\bconnResetException\b|\bat (?:TLSSocket|TLSWrap|TCP|TCPConnectWrap|GetAddrInfoReqWrap|QueryReqWrap|ClientRequest|Socket)\.\w+.*(?:_http_client|_tls_wrap|node:net|node:dns|\bnet\.js|\bdns\.js|stream_base_commons)|\bat TLSSocket\.socket\w+Listener\b|\bat ClientHttp2\w+/,
  },
  {
    source: 'what tools recommend to the reader when they could not connect',
    when: /(?:check|verify) your (?:internet|network)|(?:internet|network) connect(?:ion|ivity)\b|could not connect to the endpoint|(?:connect|read) timeout on endpoint|are you offline|could not reach (?:host|the)|(?:unable|failed) to connect to (?:a |the )?(?:server|remote|repository|host)|cannot connect to (?!the docker)[\w.-]+\.\w+|failed to connect (?:to|on) (?:host|server|remote)|failed to connect on host|server hosted at that remote is unavailable|trouble with your network|\bHost [\w-]+(?:\.[\w-]+)+ not found\b|(?:network|connection) (?:issue|problem|failure)s?\b/i,
  },
];

/** A tool says that it tries again, or that the reader should: it took what happened for passing. */
const againWords =
  /\bretrying\b|\bwill retry\b|\b(?:tries|retries|attempts) (?:remaining|left)\b|\btry again (?:later|in \d)|\btemporary (?:error|failure|problem)|\btransient\b|\boften intermittent\b|\btime(?:out|d out) (?:exceeded )?(?:when|while|waiting|after \d)/i;

export function speaksOfAgain(line: string): boolean {
  return againWords.test(line) && !/class=(?:Os|Filesystem|Config|Index)\b/.test(line);
}

/** True if a line can only be about a connection to another machine. */
export function speaksOfNetwork(line: string): boolean {
  return networkWords.some((entry) => entry.when.test(line));
}
