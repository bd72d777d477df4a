FROM alpine:3.22 AS a
FROM debian:13-slim
COPY --from=a /etc/os-release /x
