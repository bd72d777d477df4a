import type { Fetcher } from './fetchers.ts';

/** What asks release pages, repositories of sources, clouds and any host at all. */
export const releaseFetchers: readonly Fetcher[] = [
  {
    id: 'download',
    class: 'network',
    source: 'curl(1), wget(1), aria2c(1), rsync(1), PowerShell Invoke-WebRequest and their like',
    anyHost: true,
    command:
      /^(?:curl|wget2?|aria2c|axel|fetch|http|https|xh|httpie|lftp|ftp|sftp|scp|rsync|ncftp\w*|gdown|yt-dlp|rclone|zsync|Invoke-WebRequest|Invoke-RestMethod|iwr|irm|Start-BitsTransfer)\b/,
  },
  {
    id: 'git',
    class: 'network',
    source: 'git(1), svn(1), hg(1), gh(1), repo',
    anyHost: true,
    command:
      /^(?:git(?: -\S+(?: \S+=\S+)?)* (?:clone|fetch|pull|submodule|lfs|ls-remote|remote|subtree|svn|sparse-checkout)|svn|hg|bzr|fossil|darcs|cvs|gh|glab|repo (?:init|sync)|vcs import|wstool|gclient|fetch_sources)\b/,
  },
  {
    id: 'keys',
    class: 'network',
    source: 'gpg(1), apt-key(8), rpmkeys(8), ssh-keyscan(1)',
    anyHost: true,
    command: /^(?:gpg2?|apt-key|rpm --import|rpmkeys|ssh-keyscan|pgp)\b/,
  },
  {
    id: 'cloud',
    class: 'network',
    source:
      'docs.aws.amazon.com/cli; cloud.google.com/sdk/gcloud; learn.microsoft.com/cli/azure; s3cmd, mc, vault, dvc',
    command:
      /^(?:aws|gcloud|gsutil|az|azcopy|bq|s3cmd|s5cmd|mc|minio|b2|ossutil|aliyun|doctl|oci|ibmcloud|linode-cli|hcloud|vault|dvc|kaggle|wandb|clearml\S*)\b/,
  },
  {
    id: 'infrastructure',
    class: 'network',
    source:
      'helm.sh/docs/helm; developer.hashicorp.com/terraform/cli; kubernetes.io/docs/reference/kubectl; pulumi.com/docs/cli and their like',
    command:
      /^(?:helm|helmfile|kubectl|krew|kustomize|terraform|terragrunt|tofu|packer|tflint|pulumi|vagrant|cdktf|tfenv|tfswitch|jb|jsonnet-bundler|kubebuilder|setup-envtest|operator-sdk|kapp|vendir|arkade|eksctl|istioctl|linkerd|flux|argocd|vcluster|k3s|k9s|minikube|kind|dapr|cosign|syft)\b/,
    output: /Could not (?:retrieve|query) (?:the list of|provider)|registry\.terraform\.io|could not query provider/,
  },
  {
    id: 'images',
    class: 'network',
    source: 'skopeo(1), crane, oras, docker(1), podman(1), trivy, grype, clamav freshclam(1)',
    command:
      /^(?:crane|skopeo|oras|regctl|docker|podman|buildah|nerdctl|ctr|img|undock|umoci|trivy|grype|snyk|clamscan|freshclam|singularity|apptainer)\b/,
  },
  {
    id: 'protobuf',
    class: 'network',
    source: 'buf.build/docs/reference/cli',
    command: /^(?:buf|prototool|protofetch|protodep)\b/,
  },
  {
    id: 'toolchains',
    class: 'network',
    source:
      'nvm-sh/nvm; asdf-vm.com; mise.jdx.dev; pyenv, rbenv, sdkman.io; rust-lang/rustup; haskell.org/ghcup; Android sdkmanager',
    command:
      /^(?:sdk|sdkmanager|android|nvm|n|fnm|nodenv|node-build|volta|asdf|mise|rtx|pyenv|python-build|rbenv|ruby-build|ruby-install|rvm|goenv|gvm|g|jenv|jabba|phpenv|phpbrew|kerl|kiex|evm|swiftly|ghcup|rokit|foreman|aqua|proto|pkgx|eget|bin|ubi|hermit|rustup|rustup-init|zvm|zigup|choosenim|cargo-binstall|foundryup|solc-select|svm|cargo binstall|getnf)\b/,
    output: /preparing SDK package|Failed to download any source lists/,
  },
  {
    id: 'sources',
    class: 'network',
    source:
      'cmake(1) FetchContent, ExternalProject; vcpkg; bazel.build/reference; spack.io; swift.org/documentation/package-manager; cocoapods.org; nimble, shards, zig',
    command:
      /^(?:cmake|ctest -S|vcpkg|bootstrap-vcpkg\.sh|xmake|meson|bazel|bazelisk|buck2?|pants|please|plz|gn|scons|hunter|cget|spack|swift|carthage|pod|xcodebuild|zig|nimble|nim|choosenim|shards|crystal|vlang|v install|odin|forge|foundry|anchor|hardhat|dfx|truffle|npx hardhat)\b(?!.* --build\b)/,
    output:
      /\/\.?cache\/bazel\/|tools\/build_defs\/repo\/|An error occurred during the fetch of repository|Swift Package Manager/,
  },
  {
    id: 'applications',
    class: 'network',
    source:
      'developer.wordpress.org/cli; drush.org; jenkinsci/plugin-installation-manager-tool; mlocati/docker-php-extension-installer; elasticsearch-plugin, grafana cli and their like',
    command:
      /^(?:wp|wp-cli|drush|drupal|jenkins-plugin-cli|install-plugins\.sh|grafana-cli|grafana|elasticsearch-plugin|opensearch-plugin|kibana-plugin|kibana|neo4j-admin|install-php-extensions|docker-php-ext-\w+|hugo|jekyll|code-server|code|openvscode-server|steamcmd|mattermost|confluent-hub|kong|luarocks-admin|odoo|n8n|sf|sfdx|sentry-cli|datadog-ci|sonar-scanner|sonar|dependency-check|flyway|liquibase|php artisan|steampipe|telegraf|vector|k6|supabase|firebase|vercel|netlify|wrangler|serverless|sls|amplify|expo|eas|cap|ionic|cordova|nativescript)\b/,
  },
];
