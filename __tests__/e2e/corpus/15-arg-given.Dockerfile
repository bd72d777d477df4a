ARG TAG=nope
FROM alpine:${TAG}
# corpus: --build-arg=TAG=3.21
