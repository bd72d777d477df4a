FROM alpine:3.20 AS base-amd64
FROM registry.dead.example/x:1 AS base-arm64
ARG TARGETARCH
FROM base-$TARGETARCH
