FROM alpine:3.22
COPY --from=ubuntu:24.04 /bin/busybox /f
# corpus: --build-context=ubuntu:24.04=docker-image://busybox:1.37
