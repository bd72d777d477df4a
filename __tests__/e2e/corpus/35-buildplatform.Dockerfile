FROM --platform=$BUILDPLATFORM alpine:3.22 AS b
FROM debian:12-slim
COPY --from=b /etc/os-release /x
# corpus: --platform=linux/arm64
