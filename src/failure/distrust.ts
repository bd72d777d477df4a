/** Words by which a library says that two machines will never agree, and which library does. */
interface DistrustWords {
  readonly when: RegExp;
  readonly source: string;
}

/**
 * A certificate that is not trusted, or a protocol that one side does not speak: the next handshake ends alike, and it is
 * no way out to look away. A handshake that merely broke off is none of these (`trouble.ts`).
 */
const distrustWords: readonly DistrustWords[] = [
  {
    source: 'Go crypto/x509, crypto/tls, net/http',
    when: /x509: (?!.*timeout)|tls: failed to verify|tls: (?:bad certificate|unknown certificate|certificate required|protocol version not supported|no cipher suite|server selected unsupported)|server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/,
  },
  {
    source: 'OpenSSL verify(1), err(3), and all that link it: curl, git, Python, Ruby, PHP, Perl',
    when: /certificate (?:verify failed|signed by unknown|has expired|is not (?:yet )?(?:valid|trusted)|problem|verification failed)|self[- ]signed certificate|unable to get (?:local )?issuer certificate|CERTIFICATE_VERIFY_FAILED|wrong version number|alert (?:unknown ca|bad certificate|unsupported certificate|certificate (?:expired|revoked|unknown|required)|protocol version|insufficient security|inappropriate fallback|no application protocol)|alert handshake failure|(?:dh|ee|ca) key too (?:small|weak)|unsafe legacy renegotiation|unsupported protocol(?! scheme)|no protocols available|no ciphers available|ca md too weak|SSL module is not available|OpenSSL appears to be unavailable/i,
  },
  {
    source: 'GnuTLS gnutls_certificate_verification_status_print(3): apt, git, wget',
    when: /certificate is not trusted|certificate chain uses (?:expired|insecure|not yet valid)|certificate issuer is (?:unknown|not a CA)|in the certificate (?:is invalid|verification)|name in the certificate does not match|A TLS fatal alert has been received: (?:Handshake failed|Error in protocol version)|server certificate verification failed/i,
  },
  {
    source: 'GNU wget src/openssl.c, src/gnutls.c; busybox networking/ssl_client.c',
    when: /cannot verify \S+ certificate|no certificate subject alternative name matches|The certificate of \S+ (?:is not trusted|has expired|is not yet activated|has been revoked)|doesn['’]t have a known issuer|certificate's owner does not match|use `--no-check-certificate'|TLS error from peer \(alert code (?:40|4[2-9]|70|71|112|116)\)/i,
  },
  {
    source: 'libcurl-errors(3): the codes that only a certificate, a cipher or a client’s key causes',
    when: /\bcurl(?: ?error|:|#)? ?[[(]?(?:51|53|54|58|59|60|64|66|77|80|82|83|90|91|98)[\])]?(?!\d|[.:]\d)|no alternative certificate subject name matches|error setting certificate|Problem with the (?:local )?SSL (?:CA )?cert|does not match pinned public key|SSL peer certificate or SSH remote key was not OK|issuer is not recognized|SEC_ERROR_\w+|CERT_TRUST_\w+|SEC_E_(?:UNTRUSTED_ROOT|CERT_\w+|WRONG_PRINCIPAL)/i,
  },
  {
    source: 'JSSE: sun.security.ssl, sun.security.validator',
    when: /PKIX path|unable to find valid certification path|No (?:subject alternative|name matching)\b.*\b(?:found|match\w*)|SSLPeerUnverifiedException|Certificate(?:Expired|NotYetValid|Revoked)Exception|CertificateException: |fatal alert: (?:handshake_failure|protocol_version|unknown_ca|bad_certificate|certificate_\w+|insufficient_security|unrecognized_name)|No appropriate protocol|may not support the client's requested TLS protocol/,
  },
  {
    source: 'Node tls: nodejs.org/api/tls.html#x509-certificate-error-codes',
    when: /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER|GET_CRL|DECRYPT)|unable to verify the first certificate|CERT_(?:HAS_EXPIRED|UNTRUSTED|REJECTED|NOT_YET_VALID|REVOKED|CHAIN_TOO_LONG|SIGNATURE_FAILURE)|ERR_TLS_CERT_\w+|does not match certificate's altnames|ERR_SSL_(?:WRONG_VERSION_NUMBER|\w*UNSUPPORTED_PROTOCOL|\w*ALERT_(?:PROTOCOL_VERSION|HANDSHAKE_FAILURE|UNKNOWN_CA|BAD_CERTIFICATE))|SSLV3_ALERT_HANDSHAKE_FAILURE|TLSV1_ALERT_(?:PROTOCOL_VERSION|UNKNOWN_CA)/,
  },
  {
    source: '.NET System.Net.Security, X509ChainStatusFlags',
    when: /remote certificate (?:is invalid|was rejected)|RemoteCertificate(?:NameMismatch|ChainErrors|NotAvailable)|\bUntrustedRoot\b|\bPartialChain\b|certificate (?:is invalid|could not be validated)/i,
  },
  {
    source: 'rustls, native-tls',
    when: /invalid peer certificate|UnknownIssuer|NotValidForName|peer sent no certificates|PeerIncompatible|received fatal alert: (?:HandshakeFailure|ProtocolVersion|UnknownCA|BadCertificate|CertificateRequired)/,
  },
  {
    source: 'libgit2 git_error_code',
    when: /code=Certificate\b|the SSL certificate is invalid/,
  },
  {
    source: 'Erlang ssl; Haskell tls; Dart dart:io',
    when: /tls_alert,[^}]*(?:unknown_ca|bad_cert|certificate_\w+|protocol_version|handshake_failure|insufficient_security)|\{bad_cert,|certificate (?:has unknown CA|rejected)|HandshakeException: .*certificate|Fatal - Unknown CA/i,
  },
  {
    source: 'alpinelinux/apk-tools src/print.c; libfetch',
    when: /TLS: (?:server certificate not trusted|server hostname|.*certificate)|SSL: certificate subject name/i,
  },
];

/** True if no repetition of this request will be trusted or understood by the other side. */
export function distrusts(text: string): boolean {
  return distrustWords.some((entry) => entry.when.test(text));
}
