interface Service {
  readonly component: string;
  readonly when: RegExp;
  /** Who says that the host is part of the service. */
  readonly source: string;
}

/** Hosts that belong to a service under another name; any other host is its own component. */
const services: readonly Service[] = [
  {
    component: 'docker.io',
    source: 'docs.docker.com/desktop/setup/allow-list',
    when: /^(?:(?:registry-1|index|auth|auth\.ipv6|registry\.ipv6|registry|hub|cdn|production\.cloudflare)\.)?docker\.(?:io|com)$|^docker-images-prod\./,
  },
  {
    component: 'ghcr.io',
    source: 'docs.github.com/packages: working with the container registry',
    when: /^ghcr\.io$|^pkg-containers\.githubusercontent\.com$|^(?:docker|containers)\.pkg\.github\.com$/,
  },
  {
    component: 'gha-cache',
    source: 'docs.github.com/actions: communicating with self-hosted runners',
    when: /\.actions\.githubusercontent\.com$|^productionresults\w*\.blob\.core\.windows\.net$/,
  },
  { component: 'quay.io', source: 'docs.quay.io: firewall', when: /^(?:cdn\d*\.)?quay\.io$/ },
  {
    component: 'mcr.microsoft.com',
    source: 'microsoft/containerregistry docs/client-firewall-rules.md',
    when: /(?:^|\.)mcr\.microsoft\.com$/,
  },
  {
    component: 'public.ecr.aws',
    source: 'docs.aws.amazon.com/AmazonECR/latest/public',
    when: /^public\.ecr\.aws$|^d5l0dvt14r5h8\.cloudfront\.net$/,
  },
  { component: 'registry.k8s.io', source: 'kubernetes/registry.k8s.io README', when: /^registry\.k8s\.io$|\.k8s\.io$/ },
  { component: 'gcr.io', source: 'cloud.google.com/container-registry/docs/overview', when: /^(?:[a-z]+\.)?gcr\.io$/ },
  {
    component: 'github.com',
    source: 'api.github.com/meta',
    when: /^(?:codeload\.)?github\.com$|^(?:raw|objects|release-assets|media)\.githubusercontent\.com$/,
  },
];

function componentOf(host: string): string {
  if (host === 'mirror.gcr.io') return host;
  return services.find((service) => service.when.test(host))?.component ?? host;
}

/** The service that a host belongs to, by a text that may name its port: two registries on one machine are two. */
export function serviceOf(host: string, text: string): string {
  const component = componentOf(host);
  return component === host ? withPort(host, text) : component;
}

/** 443 and 80 go without saying. */
function withPort(host: string, text: string): string {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(host); at >= 0; at = lower.indexOf(host, at + 1)) {
    const port = /^:(\d{1,5})(?![\d.:])/.exec(lower.slice(at + host.length, at + host.length + 8))?.[1];
    const apart = at === 0 || !/[\w.-]/.test(lower.charAt(at - 1));
    if (apart && port !== undefined && port !== '443' && port !== '80') return `${host}:${port}`;
  }
  return host;
}

const name = String.raw`[a-z0-9](?:[a-z0-9.*_-]*[a-z0-9*])?`;
const dotted = String.raw`(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z0-9]`;
const resolving = [
  String.raw`Could(?: not|n't) resolve (?:hostname|host name|host|proxy)\b[: ]*\(?(?:Could not resolve host: )?(?!for\b|name\b)`,
  String.raw`unable to resolve host(?: address)?:? ['‘’"]?(?!address\b)`,
  String.raw`bad address ['‘]`,
  String.raw`resolving ['‘]`,
  String.raw`Could not resolve ['‘]`,
  String.raw`Failed to resolve ['‘]`,
  String.raw`getaddrinfo (?:EAI_AGAIN|ENOTFOUND|EAI_FAIL) `,
  String.raw`UnknownHostException: `,
  String.raw`Unknown host:? ['‘]?`,
  String.raw`Host not found: `,
  String.raw`\bHost (?=\S+\.\S+ not found)`,
  String.raw`remote name could not be resolved: ['‘]`,
  String.raw`resolve address for `,
  String.raw`translate host name ['"]`,
  String.raw`getaddrinfo for `,
  String.raw`host not found in upstream ['"]`,
];
/** Addresses as Erlang, Haskell, Dart and Racket print them, and the host that R's curl puts in brackets. */
const printed = [
  String.raw`\{to_address, ?\{~?c?["']`,
  String.raw`^\s*host += ["']`,
  String.raw`, host: `,
  String.raw`^\s*host: `,
  String.raw`(?:Timeout was reached|resolve host(?:name)?|Couldn't connect to server|Failure when receiving data from the peer|SSL connect error): \[`,
  String.raw`\bon host ["']?`,
];
const connecting = String.raw`Failed to connect to|Unable to connect to|Could not connect to|Cannot connect to|connect to host|Network error connecting to`;
const connected = String.raw`Connect to|connecting to|Connection to`;

// `Net.java:579` is a place in a source file.
const sourceLine = String.raw`\S+\.(?:java|kts?|scala|groovy|clj|go|py|rb|php|cs|exs?|[cm]?[jt]sx?|rs|c|cc|cpp|h|sh|lua|swift|ya?ml|json|toml|xml):(?!443\b|80\b)`;

// A page to read, not one that was asked for.
const manual = String.raw`[^\s"'<>]{0,120}\/(?:docs?|documentation|wiki|help|guides?|issues|discussions|messages|faq|learn)(?:[\/#.?\s]|$)`;

/** Where tools name the machine they talk to, most telling first. */
const places: readonly RegExp[] = [
  new RegExp(String.raw`\blookup (${name})(?: on \S+)?: `, 'i'),
  new RegExp(String.raw`(?:${resolving.join('|')})(${name})`, 'i'),
  new RegExp(String.raw`\bhttps?:\/{1,2}(?!${manual})(?:[^\s/@"'<>]+@)?(\[[0-9a-f:]+\]|${name})`, 'i'),
  new RegExp(String.raw`\bhost=['"](${name})['"]`, 'i'),
  new RegExp(String.raw`(?:${printed.join('|')})(${name})(?=["'\],:\s]|$)`, 'i'),
  new RegExp(
    String.raw`(?:${connecting}) (?!the |a |remote |server\b|host\b|\S*\.(?:json|lock|toml|ya?ml)\b)(${name})(?=[:\s/,)]|$)`,
    'i',
  ),
  new RegExp(String.raw`(?:${connected}) [\`'"]?(${dotted}|localhost|\d+(?:\.\d+){3})(?=[:\s/,)]|$)`, 'i'),
  new RegExp(String.raw`\b(?:registry|mirror|repository|uploads?\/? in|from) (${dotted})(?=[:\s/,)]|$)`, 'i'),
  new RegExp(String.raw`--keyserver[ =](?:hkps?:\/\/)?(${dotted})`, 'i'),
  new RegExp(String.raw`\bdial tcp (\[[0-9a-f:]+\]|${name}):\d+`, 'i'),
  new RegExp(
    String.raw`\bE(?:CONNREFUSED|TIMEDOUT|CONNRESET|HOSTUNREACH|NETUNREACH) (\[[0-9a-f:]+\]|::1|${name}):\d+`,
    'i',
  ),
  new RegExp(String.raw`->(\[[0-9a-f:]+\]|${name}):\d+`, 'i'),
  new RegExp(String.raw`(?:^|[\s'"(@])(?!${sourceLine})(${dotted}):\d{2,5}\b`, 'i'),
];

// Pages that an error message recommends for reading.
const reading =
  /^(?:aka\.ms|www\.docker\.com|docs\.\S+|gh\.io|www\.githubstatus\.com|help\.\S+|cwiki\.apache\.org|\S*\.readthedocs\.io|stackoverflow\.com|blog\.\S+)$/;

/** The host that a line is about. */
export function hostIn(text: string): string | null {
  for (const place of places) {
    const host = place
      .exec(text)?.[1]
      ?.toLowerCase()
      .replace(/^\[|\]$/g, '');
    if (host !== undefined && !reading.test(host)) return host;
  }
  return null;
}

/** The hosts of all URLs in a command. */
export function hostsIn(command: string): readonly string[] {
  const found = [
    ...command.matchAll(/\b(?:https?|ftp|git):\/\/(?:[^\s/@"'<>]+@)?(\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*)/gi),
  ];
  return [...new Set(found.map((match) => (match[1] ?? '').toLowerCase().replace(/^\[|\]$/g, '')))].filter(
    (host) => host !== '',
  );
}

const address = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export function isAddress(host: string): boolean {
  return address.test(host) || host.includes(':');
}

const privateAddress = /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;
// RFC 6761, RFC 6762, RFC 8375, and what companies and orchestrators use inside.
const privateSuffix =
  /\.(?:local|localhost|localdomain|internal|intranet|lan|corp|home|test|invalid|svc|private|arpa|docker|consul)$/;

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host === '0.0.0.0' ||
    host.startsWith('127.') ||
    host.endsWith('.localhost')
  );
}

/** Names and addresses that only this build's own network knows: nobody's outage. */
export function isPrivate(host: string): boolean {
  if (isLoopback(host)) return true;
  if (host.includes(':')) return /^(?:fc|fd|fe80)/.test(host);
  if (address.test(host)) return privateAddress.test(host);
  return !host.includes('.') || privateSuffix.test(host);
}

/** True if the connection that failed went to this machine itself, whatever URL was asked for. */
export function dialsLoopback(text: string): boolean {
  // A resolver on this machine is the usual way to the outside: Docker's is 127.0.0.11, systemd's 127.0.0.53.
  const dialed = text.replace(/\bon \S+:53\b|read udp \S+/g, ' ');
  return /(?:dial tcp|connect(?:ing)?(?: to)?|ECONNREFUSED|ETIMEDOUT|->|proxyconnect tcp:.*?) ?\(?(?:127\.\d+\.\d+\.\d+|\[::1\]|::1|localhost|0\.0\.0\.0)(?::|\s|\b)/i.test(
    dialed,
  );
}

const packageLabel =
  /(?:^|[.-])(?:repos?|repositor(?:y|ies)|mirrors?|packages?|pkgs?|debs?|debian|ubuntu|alpine(?:linux)?|fedoraproject|centos|apt|rpm|yum|ppa|npm|pypi|crates|maven|gems?|nuget|conda|registry|packagist)(?=[.-]|$)/;

/** True for hosts that call themselves a repository of packages. */
export function isPackageHost(host: string): boolean {
  return packageLabel.test(host) && !/^(?:keys|keyserver|pgp|gpg)\b/.test(host);
}

/** The registry in an image reference, `docker.io` if none is named. */
export function registryOf(reference: string): string | null {
  const first = reference.split('/')[0] ?? '';
  if (first === '' || /[<>*\s$]/.test(reference)) return null;
  const isHost = reference.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? serviceOf(first.replace(/:\d+$/, '').toLowerCase(), first) : 'docker.io';
}
