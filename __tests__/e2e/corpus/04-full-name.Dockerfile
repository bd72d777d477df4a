FROM docker.io/library/alpine:3.21
