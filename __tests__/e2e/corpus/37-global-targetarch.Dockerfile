FROM debian:12-slim AS img-amd64
FROM registry.dead.example/x:1 AS img-arm64
FROM img-${TARGETARCH}
COPY --from=alpine:3.21 /etc/os-release /x
