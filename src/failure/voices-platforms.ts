import type { Voice } from './voices.ts';

/** The JVM, Ruby, PHP, .NET and smaller ecosystems. */
export const platformVoices: readonly Voice[] = [
  // JVM
  {
    id: 'maven',
    class: 'package-mirror',
    level: 'error',
    supposes: 'unreachable',
    when: /Could not transfer (?:artifact|metadata)|[Tt]ransfer failed for https?:|Failed to transfer file/,
    source: 'apache/maven-resolver',
  },
  {
    id: 'gradle',
    class: 'package-mirror',
    level: 'error',
    when: /Could not (?:GET|HEAD|download|get resource|install Gradle distribution|list versions)|Downloading (?:from )?https?:\/\/\S+ failed|Exception in thread "main" java\.(?:net|io|util\.zip)\.|^(?:Caused by: )?java\.net\.(?:SocketTimeout|Socket|UnknownHost|Connect)Exception/,
    reach: 4,
    source: 'gradle/gradle subprojects/resources-http; wrapper Install.java',
  },
  {
    id: 'sbt-coursier',
    class: 'package-mirror',
    level: 'error',
    when: /download error: Caught java\.|\[error\] .*(?:Error downloading|ResolutionException)/,
    reach: 4,
    source: 'coursier/coursier',
  },

  // Ruby, PHP, .NET, others
  {
    id: 'bundler',
    class: 'package-mirror',
    level: 'error',
    supposes: 'unreachable',
    when: /Gem::RemoteFetcher|Bundler::HTTPError|Network error while fetching|Could not (?:reach host|fetch specs|download gem)|Unable to download data from|Net::(?:Open|Read)Timeout|There was an error while trying to (?:fetch|download)/,
    reach: 2,
    source: 'rubygems/rubygems bundler/lib/bundler/fetcher.rb',
  },
  {
    id: 'bundler-retry',
    class: 'package-mirror',
    level: 'warning',
    when: /Retrying (?:fetcher|download gem)/,
    source: 'rubygems/rubygems bundler/lib/bundler/retry.rb',
  },
  {
    id: 'composer',
    class: 'package-mirror',
    level: 'error',
    when: /curl error \d+ while downloading|The "https?:\/\/[^"]+" file could not be (?:downloaded|fully loaded)|TransportException|Failed to download \S+\/\S+ from (?:dist|source)|could not be fully loaded/,
    reach: 2,
    source: 'composer/composer src/Composer/Util',
  },
  {
    id: 'nuget',
    class: 'package-mirror',
    level: 'error',
    supposes: 'unreachable',
    when: /NU1301|Unable to load the service index|Failed to (?:retrieve information about|download package)|error NU\d+: .*(?:https?:)/,
    reach: 3,
    source: 'NuGet/NuGet.Client',
  },
  {
    id: 'nix',
    class: 'package-mirror',
    level: 'error',
    when: /^(?:error|warning): unable to download 'https?:/,
    reach: 1,
    source: 'NixOS/nix src/libstore/filetransfer.cc',
  },
  {
    id: 'pub-hex',
    class: 'package-mirror',
    level: 'error',
    when: /Got socket error trying to find package|Failed to fetch record for|Package fetch failed|Request failed \((?::timeout|\{:failed_connect)|failed_connect/,
    reach: 2,
    source: 'dart-lang/pub; hexpm/hex',
  },
  {
    id: 'cabal-opam-cpan',
    class: 'package-mirror',
    level: 'error',
    when: /Error: .*Failed to (?:retrieve|download) (?:index|package)|\[ERROR\] (?:Could not (?:retrieve|update|download)|The compilation .* failed at .*download)|! (?:Finding|Couldn't find) .* (?:on|failed)/,
    reach: 3,
    source: 'haskell/cabal; ocaml/opam; cpanm',
  },
];
