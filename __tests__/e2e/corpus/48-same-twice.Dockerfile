FROM alpine:3.22 AS a
FROM alpine:3.22 AS b
COPY --from=a /etc/os-release /x
FROM b
COPY --from=a /etc/os-release /y
